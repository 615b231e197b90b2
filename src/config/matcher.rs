//! A [`Matcher`] says for which objects and containers something a person wrote holds: a waiver, or a setting of a check. Between
//! keys all must match, within a key one of the patterns; a key that is not set matches everything.
//!
//! Patterns are globs over the whole text: `*` and `?` stay within one part between slashes, `**` crosses them, `{a,b}` and `[ab]`
//! choose, a backslash takes the next character as it is. There is no hidden star at either end, and case counts.

use super::document::{Data, Mistake};
use super::reader::{Located, Reader};
use crate::model::object::{ObjectId, Origin};
use crate::model::verdict::Finding;
use globset::{GlobBuilder, GlobMatcher};

/// The audited object that findings belong to.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// who
    pub id: &'a ObjectId,
    /// where from
    pub origin: &'a Origin,
    /// labels of the object itself
    pub labels: &'a [(String, String)],
    /// its containers
    pub containers: &'a [Container<'a>],
}

/// A container of an object.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a> {
    /// its pointer in the object: `/spec/template/spec/initContainers/0`
    pub pointer: &'a str,
    /// its name
    pub name: &'a str,
    /// its image as written
    pub image: &'a str,
}

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not a valid pattern: {why}")]
pub struct GlobError {
    /// its beginning
    pub pattern: String,
    /// what is wrong with it
    pub why: String,
}

impl GlobError {
    fn new(pattern: &str, why: String) -> GlobError {
        GlobError { pattern: pattern.chars().filter(|c| !c.is_control()).take(80).collect(), why }
    }
}

/// A pattern.
#[derive(Clone, Debug)]
pub enum Glob {
    /// without special characters
    Exact(Box<str>),
    /// with
    Pattern(Box<GlobMatcher>),
}

impl Glob {
    /// Compiles a pattern.
    pub fn new(pattern: &str) -> Result<Glob, GlobError> {
        if !pattern.contains(['*', '?', '[', ']', '{', '}', '\\']) {
            return Ok(Glob::Exact(pattern.into()));
        }
        GlobBuilder::new(pattern)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map(|g| Glob::Pattern(Box::new(g.compile_matcher())))
            .map_err(|e| GlobError::new(pattern, e.kind().to_string()))
    }

    /// A pattern for JSON pointers: brackets are themselves, as in `/spec/volumes/[name=data]/hostPath`.
    pub fn pointer(pattern: &str) -> Result<Glob, GlobError> {
        if !pattern.starts_with('/') {
            return Err(GlobError::new(pattern, "a pointer begins with a slash".into()));
        }
        if !pattern.contains(['*', '?', '{', '}', '\\']) {
            return Ok(Glob::Exact(pattern.into()));
        }
        Glob::new(&pattern.replace('[', "\\[").replace(']', "\\]"))
    }

    /// A pattern for paths; `./` at its beginning does not count.
    pub fn file(pattern: &str) -> Result<Glob, GlobError> {
        Glob::new(pattern.strip_prefix("./").unwrap_or(pattern))
    }

    /// Exactly this text.
    pub fn exact(text: &str) -> Glob {
        Glob::Exact(text.into())
    }

    /// Whether the text matches.
    pub fn is_match(&self, text: &str) -> bool {
        match self {
            Glob::Exact(exact) => **exact == *text,
            Glob::Pattern(glob) => glob.is_match(text),
        }
    }
}

/// Which objects and containers.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    /// `Kind`, or `group/Kind`
    pub kinds: Vec<Glob>,
    /// namespace of the object; a Namespace is in itself; an object that names none has the empty one
    pub namespaces: Vec<Glob>,
    /// name of the object
    pub names: Vec<Glob>,
    /// name of the container that the finding is in
    pub containers: Vec<Glob>,
    /// image of that container, as written
    pub images: Vec<Glob>,
    /// file of the object, or the chart template it was made from
    pub files: Vec<Glob>,
    /// pointer of the finding, with indices or with `[name=...]`, or of something above it
    pub pointers: Vec<Glob>,
    /// labels of the object: key and value
    pub labels: Vec<(String, Glob)>,
}

impl Matcher {
    /// Reads the map `match`.
    pub fn read(mut reader: Reader<'_>, mistakes: &mut Vec<Mistake>) -> Matcher {
        let mut globs = |key: &'static str, compile: fn(&str) -> Result<Glob, GlobError>| -> Vec<Glob> {
            let patterns: Vec<Located<String>> = reader.list(key, mistakes).map(|l| l.value).unwrap_or_default();
            let mut globs = Vec::new();
            for pattern in patterns {
                match compile(&pattern.value) {
                    Ok(glob) => globs.push(glob),
                    Err(error) => mistakes.push(reader.mistake(pattern.line, key, error.to_string())),
                }
            }
            globs
        };
        let mut matcher = Matcher {
            kinds: globs("kinds", Glob::new),
            namespaces: globs("namespaces", Glob::new),
            names: globs("names", Glob::new),
            containers: globs("containers", Glob::new),
            images: globs("images", Glob::new),
            files: globs("files", Glob::file),
            pointers: globs("pointers", Glob::pointer),
            labels: Vec::new(),
        };
        if let Some(labels) = reader.map("labels", mistakes) {
            for (line, key, value) in labels.free() {
                match &value.data {
                    Data::Scalar(text, _) => match Glob::new(text) {
                        Ok(glob) => matcher.labels.push((key.clone(), glob)),
                        Err(error) => mistakes.push(reader.mistake(*line, &format!("labels.{key}"), error.to_string())),
                    },
                    _ => mistakes.push(reader.mistake(*line, &format!("labels.{key}"), "must be one pattern")),
                }
            }
        }
        reader.finish(mistakes);
        matcher
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
            && [&self.kinds, &self.namespaces, &self.names, &self.containers, &self.images, &self.files, &self.pointers]
                .iter()
                .all(|l| l.is_empty())
    }

    /// Whether it asks for parts of objects: containers, images or pointers.
    pub fn is_partial(&self) -> bool {
        !self.containers.is_empty() || !self.images.is_empty() || !self.pointers.is_empty()
    }

    /// Whether the object matches; containers and pointers are the finding's business.
    pub fn object(&self, subject: &Subject<'_>) -> bool {
        let id = subject.id;
        let namespace = if &*id.kind == "Namespace" && id.group().is_empty() { &id.name } else { &id.namespace };
        any(&self.kinds, |g| g.is_match(&id.kind) || g.is_match(&format!("{}/{}", id.group(), id.kind)))
            && any(&self.namespaces, |g| g.is_match(namespace))
            && any(&self.names, |g| g.is_match(&id.name))
            && any(&self.files, |g| match subject.origin {
                Origin::File { path, template, .. } => {
                    g.is_match(path.strip_prefix("./").unwrap_or(path))
                        || template.as_deref().is_some_and(|t| g.is_match(t))
                }
                _ => false,
            })
            && self.labels.iter().all(|(key, g)| subject.labels.iter().any(|(k, v)| k == key && g.is_match(v)))
    }

    /// Whether the finding of an object that matches is in a container that matches, at a pointer that matches.
    pub fn finding(&self, subject: &Subject<'_>, finding: &Finding) -> bool {
        if !any(&self.pointers, |g| above(&finding.pointer, g) || above(&finding.stable, g)) {
            return false;
        }
        if self.containers.is_empty() && self.images.is_empty() {
            return true;
        }
        let container = subject.containers.iter().find(|c| is_below(&finding.pointer, c.pointer));
        container.is_some_and(|c| {
            any(&self.containers, |g| g.is_match(c.name)) && any(&self.images, |g| g.is_match(c.image))
        })
    }
}

fn any(globs: &[Glob], is_match: impl Fn(&Glob) -> bool) -> bool {
    globs.is_empty() || globs.iter().any(is_match)
}

/// Whether the glob matches the pointer or one of those above it.
fn above(pointer: &str, glob: &Glob) -> bool {
    let mut pointer = pointer;
    loop {
        if glob.is_match(pointer) {
            return true;
        }
        match pointer.rfind('/') {
            Some(cut) if cut > 0 => pointer = &pointer[..cut],
            _ => return false,
        }
    }
}

/// Whether `pointer` is `top` or below it.
pub fn is_below(pointer: &str, top: &str) -> bool {
    pointer.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
