//! The table of types: what `tests/cluster/openapi_table.py` wrote from the documents of a real API server.
//!
//! The text is part of the program and names are slices of it, so the table is built without copying: lines and fields are sorted, and types refer
//! to one another by number.

use std::sync::OnceLock;

static TEXT: &str = include_str!("kubernetes.txt");

/// The Kubernetes version whose types are known.
pub const VERSION: &str = first_line(include_str!("kubernetes.txt"));

const fn first_line(text: &str) -> &str {
    let mut end = 0;
    while end < text.len() && text.as_bytes()[end] != b'\n' {
        end += 1;
    }
    text.split_at(end).0
}

/// Number of an object type.
pub(super) type TypeId = u16;

/// What a single value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    Any,
    Text,
    Base64,
    Bool,
    Int32,
    Int64,
    Number,
    Quantity,
    IntOrText,
    Object(TypeId),
}

/// What a field holds: a value, or lists and maps of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// `[` for a list, `{` for a map; outermost first
    around: &'static [u8],
    leaf: Leaf,
}

/// A layer of a [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    List(Shape),
    Map(Shape),
    Leaf(Leaf),
}

impl Shape {
    /// An object of a type.
    pub const fn object(of: TypeId) -> Shape {
        Shape { around: &[], leaf: Leaf::Object(of) }
    }

    /// Its outermost layer, with what is inside.
    pub fn layer(self) -> Layer {
        match self.around.split_first() {
            None => Layer::Leaf(self.leaf),
            Some((b'[', rest)) => Layer::List(Shape { around: rest, ..self }),
            Some((_, rest)) => Layer::Map(Shape { around: rest, ..self }),
        }
    }

    /// The value inside all lists and maps.
    pub fn leaf(self) -> Leaf {
        self.leaf
    }

    /// The lists and maps around the value as they are written in a path.
    pub fn path_suffix(self) -> impl Iterator<Item = &'static str> {
        self.around.iter().map(|c| if *c == b'[' { "[]" } else { ".*" })
    }
}

/// A field of an object type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub name: &'static str,
    pub shape: Shape,
}

struct Type {
    name: &'static str,
    fields: std::ops::Range<u32>,
}

/// All types, and which kind is which.
pub(super) struct Table {
    kinds: Vec<(&'static str, &'static str, TypeId)>,
    types: Vec<Type>,
    fields: Vec<Field>,
}

impl Table {
    /// The table, built when it is first asked for.
    pub fn get() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Table::parse(TEXT))
    }

    fn parse(text: &'static str) -> Table {
        let mut heads = Vec::with_capacity(128);
        let mut types: Vec<Type> = Vec::with_capacity(512);
        let mut bodies = Vec::with_capacity(512);
        for line in text.lines().skip(1) {
            let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
            match head.strip_prefix('=') {
                Some(api_version) => heads.push((api_version, rest)),
                None => {
                    types.push(Type { name: head, fields: 0..0 });
                    bodies.push(rest);
                }
            }
        }
        let number = |name: &str| types.binary_search_by(|t| t.name.cmp(name)).ok().map(|i| i as TypeId);
        let kinds = heads
            .into_iter()
            .filter_map(|(api_version, rest)| {
                let (kind, name) = rest.split_once(' ')?;
                Some((api_version, kind, number(name)?))
            })
            .collect();
        let mut fields = Vec::with_capacity(2048);
        let mut ranges = Vec::with_capacity(types.len());
        for body in bodies {
            let first = fields.len() as u32;
            fields.extend(body.split_ascii_whitespace().filter_map(|field| {
                let (name, code) = field.rsplit_once(':')?;
                Some(Field { name, shape: shape(code, &number) })
            }));
            ranges.push(first..fields.len() as u32);
        }
        for (of, range) in types.iter_mut().zip(ranges) {
            of.fields = range;
        }
        Table { kinds, types, fields }
    }

    /// How many types there are; their numbers are below.
    pub fn len(&self) -> usize {
        self.types.len()
    }

    /// The type of a kind.
    pub fn kind(&self, api_version: &str, kind: &str) -> Option<TypeId> {
        let found = self.kinds.binary_search_by(|(v, k, _)| (*v, *k).cmp(&(api_version, kind)));
        found.ok().map(|i| self.kinds[i].2)
    }

    /// What a type is called in messages.
    pub fn name(&self, of: TypeId) -> &'static str {
        let name = self.types[usize::from(of)].name;
        name.split_once('~').map_or(name, |(name, _)| name)
    }

    /// The fields of a type, sorted by name.
    pub fn fields(&self, of: TypeId) -> &[Field] {
        let range = &self.types[usize::from(of)].fields;
        &self.fields[range.start as usize..range.end as usize]
    }

    /// What a field of a type holds.
    pub fn field(&self, of: TypeId, name: &str) -> Option<Shape> {
        let fields = self.fields(of);
        fields.binary_search_by(|f| f.name.cmp(name)).ok().map(|i| fields[i].shape)
    }
}

fn shape(code: &'static str, number: &impl Fn(&str) -> Option<TypeId>) -> Shape {
    let inner = code.trim_start_matches(['[', '{']);
    let leaf = match inner {
        "s" => Leaf::Text,
        "y" => Leaf::Base64,
        "b" => Leaf::Bool,
        "i" => Leaf::Int32,
        "l" => Leaf::Int64,
        "n" => Leaf::Number,
        "q" => Leaf::Quantity,
        "x" => Leaf::IntOrText,
        // `*`; a test proves that every name has a type.
        name => number(name).map_or(Leaf::Any, Leaf::Object),
    };
    Shape { around: &code.as_bytes()[..code.len() - inner.len()], leaf }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let table = Table::get();
        assert!(VERSION.starts_with("1.") && VERSION.split('.').count() == 3, "{VERSION}");
        assert!(table.kinds.is_sorted() && table.kinds.len() == TEXT.lines().filter(|l| l.starts_with('=')).count());
        assert!(table.types.is_sorted_by_key(|t| t.name));
        for (i, of) in table.types.iter().enumerate() {
            assert!(table.fields(i as TypeId).is_sorted_by_key(|f| f.name), "{}", of.name);
        }
        let names = TEXT.split_ascii_whitespace().filter(|w| !w.starts_with('=') && w.contains(':'));
        let mut codes = names.filter_map(|w| Some(w.rsplit_once(':')?.1.trim_start_matches(['[', '{'])));
        assert!(codes.all(|c| c == "*"
            || shape(c, &|n| table.types.iter().position(|t| t.name == n).map(|i| i as TypeId)).leaf != Leaf::Any));
    }

    #[test]
    fn kinds_and_fields_are_found() {
        let table = Table::get();
        let pod = table.kind("v1", "Pod").unwrap();
        assert_eq!(table.name(pod), "Pod");
        assert_eq!(table.field(pod, "status").unwrap().leaf(), Leaf::Any);
        let Leaf::Object(spec) = table.field(pod, "spec").unwrap().leaf() else { panic!() };
        let containers = table.field(spec, "containers").unwrap();
        let Layer::List(inside) = containers.layer() else { panic!() };
        let Layer::Leaf(Leaf::Object(container)) = inside.layer() else { panic!() };
        assert_eq!((table.name(container), inside), ("Container", Shape::object(container)));
        assert_eq!(containers.path_suffix().collect::<String>(), "[]");
        assert_eq!(
            table.kind("autoscaling/v2", "HorizontalPodAutoscaler").map(|t| table.name(t)),
            Some("HorizontalPodAutoscaler")
        );
        assert_eq!(table.kind("v1", "Deployment"), None);
        assert_eq!(table.field(container, "Image"), None);
    }
}
