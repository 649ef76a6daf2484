//! warp.
//!
//! A filter asks for a part of a request; filters that follow each other are one path, and what `map`, `and_then` or `then` names
//! answers it. Filters that ask for something else than paths and methods count for nothing; parameters have no names, and a path
//! that nobody ends counts as it stands. Something that answers every request is a fallback and no endpoint.

use super::{Framework, Kind, Operation, Part, Verbs, verb};

/// The row.
pub(super) const WARP: Framework = Framework {
    name: "warp",
    crates: &["warp"],
    marks: &["warp::", "Filter<", "BoxedFilter"],
    kind,
    function,
    method,
    r#macro: call,
    attribute: |_, _| None,
    spell: str::to_owned,
    join: |prefix, inner| format!("{prefix}{inner}"),
};

fn kind(path: &[&str]) -> Option<Kind> {
    match path {
        ["warp", .., "Filter" | "BoxedFilter"] => Some(Kind::Filter),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    let nothing = Verbs::Fixed(&[]);
    let part = match *path.last()? {
        "path" => Part::Argument(0),
        "param" => Part::Parameter,
        "tail" => Part::Rest,
        "dir" if path.contains(&"fs") => Part::Rest,
        "end" => Part::End,
        "serve" | "service" | "test" => return None,
        name if name.starts_with(char::is_uppercase) => return None,
        name => {
            let methods = verb(name).filter(|_| !matches!(name, "any" | "query"));
            return Some(match methods {
                Some(methods) => Operation::Match { verbs: Verbs::Fixed(methods), part: Part::Nothing },
                None if path.contains(&"reply") || path.contains(&"reject") => return None,
                None => Operation::New { kind: Kind::Filter, prefix: None },
            });
        }
    };
    Some(Operation::Match { verbs: nothing, part })
}

fn method(_: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match (name, arguments) {
        ("and", 1) => Some(Operation::And { other: 0 }),
        ("or", 1) => Some(Operation::Or { other: 0 }),
        ("map", 1) => Some(Operation::AnswerMatched { handler: 0, changes: true }),
        ("and_then" | "then", 1) => Some(Operation::AnswerMatched { handler: 0, changes: false }),
        ("map_err" | "or_else" | "recover" | "with" | "boxed" | "unify" | "untuple_one", _) => {
            Some(Operation::Same)
        }
        _ => None,
    }
}

/// `path!("orders" / u64 / ..)`.
fn call(path: &[&str]) -> Option<Operation> {
    (*path.last()? == "path").then_some(Operation::Match { verbs: Verbs::Fixed(&[]), part: Part::Pattern })
}

#[cfg(test)]
mod tests {
    use super::super::names_value;

    #[test]
    fn types_are_values_of_frameworks_by_path_or_name() {
        for written in ["Router", "&mut axum::Router<S>", "impl warp::Filter<Extract = ()>"] {
            assert!(names_value(written), "{written}");
        }
        for written in ["Filter", "other::Filter", "warp::Reply", "", "Vec<String>"] {
            assert!(!names_value(written), "{written}");
        }
    }
}
