//! What somebody meant who wrote a field that does not exist: a name of the same level, or one that belongs to another level.

use super::Step;
use super::table::{Field, Layer, Leaf, Shape, Table, TypeId};

/// Fields at another level are looked for this many steps away: up to an enclosing object, then down from there.
const STEPS: usize = 5;

/// Longer names are not typing errors.
const NAME_BYTES: usize = 64;

/// A name that could have been meant.
struct Candidate {
    /// edits, and one more for being elsewhere; then steps
    cost: (usize, usize),
    owner: TypeId,
    /// stands in an enclosing object
    encloses: bool,
    path: String,
}

/// `; did you mean "containerPort"?`, `; it belongs to spec.imagePullSecrets[]`, or nothing. `steps` lead from the object to where the field stands.
pub(super) fn hint(table: &Table, root: TypeId, steps: &[Step<'_>], name: &str) -> String {
    if name.is_empty() || name.len() > NAME_BYTES {
        return String::new();
    }
    let word = name.replace(['_', '-'], "").to_lowercase();
    let levels = levels(table, root, steps);
    let Some((&(own, _), _)) = levels.split_last() else { return String::new() };
    let limit = (word.len() / 3).clamp(1, 3);
    let near = table.fields(own).iter().filter_map(|f| Some((distance(&word, f.name, limit)?, f.name))).min();
    if let Some((0 | 1, near)) = near {
        return format!("; did you mean {near:?}?");
    }
    match (elsewhere(table, &levels, &word), near) {
        (Some(found), near) if near.is_none_or(|(edits, _)| found.cost.0 < edits) => {
            format!("; it belongs to {}", found.path)
        }
        (_, Some((_, near))) => format!("; did you mean {near:?}?"),
        _ => String::new(),
    }
}

/// The objects on the way, outermost first, with their paths.
fn levels(table: &Table, root: TypeId, steps: &[Step<'_>]) -> Vec<(TypeId, String)> {
    let mut levels = vec![(root, String::new())];
    let (mut shape, mut path) = (Shape::object(root), String::new());
    for step in steps {
        shape = match (step, shape.layer()) {
            (Step::Field(name), Layer::Leaf(Leaf::Object(of))) => {
                let Some(next) = table.field(of, name) else { break };
                path = joined(&path, name);
                next
            }
            (Step::Item(_), Layer::List(inside)) => {
                path.push_str("[]");
                inside
            }
            (Step::Entry(key), Layer::Map(inside)) => {
                path = joined(&path, key);
                inside
            }
            _ => break,
        };
        if let Layer::Leaf(Leaf::Object(of)) = shape.layer() {
            levels.push((of, path.clone()));
        }
    }
    levels
}

/// Edits between a folded word and a field's name, when they are few enough: none when only case and separators differ.
fn distance(word: &str, field: &str, limit: usize) -> Option<usize> {
    if field.eq_ignore_ascii_case(word) {
        return Some(0);
    }
    if limit == 0 || word.len() < 3 || field.len().abs_diff(word.len()) > limit {
        return None;
    }
    let folded = field.replace(['_', '-'], "").to_lowercase();
    Some(strsim::osa_distance(word, &folded)).filter(|edits| *edits <= limit)
}

/// The nearest field of that name in the enclosing objects and in what stands below them; none when several are as near.
fn elsewhere(table: &Table, levels: &[(TypeId, String)], word: &str) -> Option<Candidate> {
    if word.len() < 3 {
        return None;
    }
    let mut search = Search { table, word, steps: STEPS, nearest: vec![usize::MAX; table.len()], found: Vec::new() };
    for (ups, (of, path)) in levels.iter().rev().enumerate().take(STEPS) {
        search.below(*of, path, ups);
    }
    let mut found = search.found;
    let best = found.iter().map(|c| c.cost).min()?;
    found.retain(|c| c.cost == best);
    let in_container = || found.iter().position(|c| c.path.contains("containers[]"));
    let unique = || found.iter().all(|c| c.owner == found[0].owner).then_some(0);
    let chosen = found.iter().position(|c| c.encloses).or_else(in_container).or_else(unique);
    chosen.map(|i| found.swap_remove(i))
}

struct Search<'s> {
    table: &'s Table,
    word: &'s str,
    /// nothing further away is of use
    steps: usize,
    /// by type, the fewest steps to it so far
    nearest: Vec<usize>,
    found: Vec<Candidate>,
}

/// An object on the way down: its type, and the field of an earlier one that holds it.
struct Stop<'s> {
    of: TypeId,
    from: Option<(usize, &'s Field)>,
    downs: usize,
}

impl<'s> Search<'s> {
    /// Looks for the field in an object `ups` levels above and, breadth first, in what that holds.
    fn below(&mut self, start: TypeId, path: &str, ups: usize) {
        let limit = if self.word.len() < 6 { 0 } else { 1 };
        let mut stops = vec![Stop { of: start, from: None, downs: 1 }];
        let mut at = 0;
        while let Some(&Stop { of, downs, .. }) = stops.get(at) {
            let steps = ups + downs;
            if steps > self.steps {
                break;
            }
            for field in self.table.fields(of) {
                // One step leads to the level where the field is unknown.
                let looks = steps > 1 && field.name.as_bytes()[0].eq_ignore_ascii_case(&self.word.as_bytes()[0]);
                let near = if looks { distance(self.word, field.name, limit) } else { None };
                if let Some(edits) = near {
                    let path = written(path, &stops, at, field).trim_end_matches(".*").to_owned();
                    self.found.push(Candidate { cost: (edits + 1, steps), owner: of, encloses: downs == 1, path });
                    self.steps = if edits == 0 { steps } else { self.steps };
                }
                if let Leaf::Object(inner) = field.shape.leaf()
                    && steps < self.nearest[usize::from(inner)]
                {
                    self.nearest[usize::from(inner)] = steps;
                    stops.push(Stop { of: inner, from: Some((at, field)), downs: downs + 1 });
                }
            }
            at += 1;
        }
    }
}

/// The path of a field of the object at a stop.
fn written(start: &str, stops: &[Stop<'_>], at: usize, last: &Field) -> String {
    let above = stops[at].from.map_or_else(|| start.to_owned(), |(from, field)| written(start, stops, from, field));
    joined(&above, last.name) + &last.shape.path_suffix().collect::<String>()
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
