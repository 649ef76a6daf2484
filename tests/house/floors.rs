//! The floors of the house, and the laws about who may know whom.

use std::collections::{BTreeMap, BTreeSet};

use super::code::Source;
use super::{House, broken};

/// Every room of `src/` and its floor. `lib` is `lib.rs` and the files beside it.
pub(crate) const FLOORS: &[(&str, u8)] = &[
    ("basis", 0),
    ("git", 1),
    ("spec", 1),
    ("contract", 1),
    ("facts", 1),
    ("model", 2),
    ("cache", 2),
    ("reflexion", 3),
    ("rules", 4),
    ("report", 4),
    ("lib", 5),
    ("cli", 6),
    ("main", 7),
];

/// The rooms in which a dependency may be named; `*` where data has a written shape or a map is needed.
const HOMES: &[(&str, &[&str])] = &[
    ("aho-corasick", &["facts"]),
    ("annotate-snippets", &["report"]),
    ("anstream", &["cli", "report"]),
    ("anstyle", &["cli", "report"]),
    ("anyhow", &["cli"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("crc32fast", &["cache"]),
    ("etcetera", &["cli"]),
    ("git2", &["git"]),
    ("gix-index", &["git"]),
    ("jsonc-parser", &["contract"]),
    ("libz-sys", &[]),
    ("memchr", &["git", "lib"]),
    ("postcard", &["cache"]),
    ("rayon", &["lib"]),
    ("rustc-hash", &["*"]),
    ("saphyr-parser", &["contract"]),
    ("serde", &["*"]),
    ("serde_json", &["*"]),
    ("similar", &["reflexion", "rules"]),
    ("toml", &["spec", "facts"]),
    ("tree-sitter", &["facts"]),
    ("tree-sitter-rust", &["facts"]),
];

/// Dependencies that are there for how they are built, not for code to name them.
const BUILT: &[&str] = &["libz-sys"];

/// The rooms that are functions of their arguments alone.
const PURE: &[&str] = &["basis", "spec", "contract", "facts", "model", "reflexion", "rules", "report"];

/// What touches the world outside, or a clock.
const WORLD: &[&str] =
    &["std::fs", "std::net", "std::process", "std::env", "std::time::SystemTime", "std::time::Instant"];

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// A floor imports only lower floors; rooms on one floor never import each other.
pub(crate) fn floors(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for source in house.shipped() {
        let room = source.room();
        let Some(own) = floor(room) else {
            found.push(broken(
                &source.path,
                1,
                &format!("`{room}` stands on no floor; give it its row in FLOORS"),
            ));
            continue;
        };
        for (line, named) in source.rooms_named() {
            let target = if floor(&named).is_some() && named != "lib" { named.as_str() } else { "lib" };
            if matches!(named.as_str(), "self" | "*") || target == room || floor(target) < Some(own) {
                continue;
            }
            let message = format!("`{room}` (floor {own}) may not know `{named}` (`{target}`)");
            found.push(broken(&source.path, line, &message));
        }
    }
    found
}

/// Rooms and the files beside `lib.rs` never need each other in a circle: each can be read after those that it names.
pub(crate) fn straight(house: &House) -> Vec<String> {
    let top = |path: &str| {
        let inside = path.strip_prefix("src/")?.split('/').next()?;
        Some(inside.trim_end_matches(".rs").to_owned())
    };
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in house.shipped() {
        let Some(own) = top(&source.path) else { continue };
        let named = source.rooms_named().into_iter().map(|(_, named)| named);
        needs.entry(own.clone()).or_default().extend(named.filter(|named| *named != own));
    }
    let reached = |from: &str| {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(at) = open.pop() {
            let next = needs.get(&at).into_iter().flatten();
            open.extend(next.filter(|name| reached.insert((*name).clone())).cloned());
        }
        reached
    };
    let circular = needs.keys().filter(|name| reached(name).contains(*name));
    circular.map(|name| broken("src", 1, &format!("`{name}` needs itself in a circle"))).collect()
}

/// A foreign crate has one home, and every dependency has a row.
pub(crate) fn homes(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for name in house.dependencies() {
        let Some((_, rooms)) = HOMES.iter().find(|(row, _)| *row == name) else {
            found.push(broken("Cargo.toml", 1, &format!("`{name}` has no home; give it its row in HOMES")));
            continue;
        };
        for source in
            house.shipped().filter(|source| !rooms.contains(&"*") && !rooms.contains(&source.room()))
        {
            for line in source.names_crate(&name.replace('-', "_")) {
                let message = format!("`{name}` may be named only in {}", rooms.join(", "));
                found.push(broken(&source.path, line, &message));
            }
        }
    }
    found
}

/// No dependency is there for nothing. Asked once the whole house stands.
pub(crate) fn needed(house: &House) -> Vec<String> {
    let whole = ["git", "facts", "reflexion", "rules", "cli"];
    if !whole.iter().all(|room| house.shipped().any(|source| source.room() == *room)) {
        return Vec::new();
    }
    let unused = |name: &String| {
        let word = name.replace('-', "_");
        !BUILT.contains(&name.as_str()) && house.shipped().all(|source| source.names_crate(&word).is_empty())
    };
    let unused = house.dependencies().into_iter().filter(unused);
    unused.map(|name| broken("Cargo.toml", 1, &format!("no code names `{name}`"))).collect()
}

/// From `facts` to `report` nothing opens a file, a socket or a process, or looks at a clock.
pub(crate) fn pure(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for source in house.shipped().filter(|source| PURE.contains(&source.room())) {
        for world in WORLD {
            for line in source.lines_with(world) {
                found.push(broken(
                    &source.path,
                    line,
                    &format!("`{}` is pure, and `{world}` is not", source.room()),
                ));
            }
        }
    }
    found
}

/// The spec of this repository declares every room.
pub(crate) fn declared(house: &House) -> Vec<String> {
    let Some(spec) = house.papers.get("specs/gate.toml") else {
        return vec![broken("specs/gate.toml", 1, "gate has no design of its own")];
    };
    let has = |room: &str| spec.lines().any(|line| line.trim() == format!("[module.{room}]"));
    let rooms: BTreeSet<&str> = house.shipped().map(Source::room).filter(|room| !has(room)).collect();
    let undeclared = |room| broken("specs/gate.toml", 1, &format!("`{room}` is not declared"));
    let mut found: Vec<String> = rooms.into_iter().map(undeclared).collect();
    let headers = (1..)
        .zip(spec.lines())
        .filter_map(|(line, text)| Some((line, text.trim().strip_prefix("[module.")?.strip_suffix(']')?)));
    for (line, room) in headers {
        if floor(room).is_none() {
            found.push(broken("specs/gate.toml", line, &format!("`{room}` stands on no floor")));
        }
    }
    found
}
