//! A number of files → the Rust workspace of that size on which speed is measured, its design included.
//!
//! The same number gives the same bytes everywhere. Crates stand in four layers and use only lower ones; each is a facade of globs
//! over areas, which are facades of globs over parts. The code parses and its names resolve; it is not meant to be compiled.

use std::fmt::Write as _;

const LAYERS: [&str; 4] = ["edge", "service", "domain", "store"];
const NOUNS: [&str; 12] = [
    "Account", "Batch", "Carrier", "Depot", "Entry", "Freight", "Invoice", "Journal", "Order", "Parcel",
    "Quota", "Tariff",
];
const PARTS_OF_AN_AREA: usize = 8;
const FILES_OF_A_CRATE: usize = 90;

/// One crate and the numbers of its parts; a part's number is unique in the workspace.
struct Member {
    name: String,
    layer: usize,
    areas: Vec<Vec<usize>>,
}

/// All files of a workspace with `files` Rust files, as paths and texts.
pub(crate) fn workspace(files: usize) -> Vec<(String, String)> {
    let members = members(files);
    let mut found = vec![
        ("Cargo.toml".to_owned(), "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n".to_owned()),
        ("specs/design.toml".to_owned(), design(&members)),
    ];
    for (at, member) in members.iter().enumerate() {
        let folder = format!("crates/{}", member.name);
        let lower: Vec<&Member> =
            members[at + 1..].iter().filter(|other| other.layer > member.layer).collect();
        found.push((format!("{folder}/Cargo.toml"), manifest(member, &lower)));
        found.push((format!("{folder}/src/lib.rs"), facade("area", 0..member.areas.len(), true)));
        for (area, parts) in member.areas.iter().enumerate() {
            let folder = format!("{folder}/src/area_{area}");
            found.push((format!("{folder}/mod.rs"), facade("part", parts.iter().copied(), false)));
            for part in parts {
                found.push((format!("{folder}/part_{part}.rs"), Part::new(*part, member, &lower).text()));
            }
        }
    }
    found
}

/// That many files of no language, as a repository has beside its code.
pub(crate) fn papers(count: usize) -> impl Iterator<Item = (String, String)> {
    (0..count)
        .map(|at| (format!("docs/{}/note_{at}.md", at / 100), format!("# Note {at}\n\nNothing to judge.\n")))
}

/// Crates from the top layer down, with `files` files between them.
fn members(files: usize) -> Vec<Member> {
    let count = files.div_ceil(FILES_OF_A_CRATE).max(LAYERS.len());
    let mut members = Vec::new();
    let mut part = 0;
    for at in 0..count {
        let own = files * (at + 1) / count - files * at / count;
        let mut rest = own.saturating_sub(1);
        let mut areas = Vec::new();
        while rest > 1 {
            let size = PARTS_OF_AN_AREA.min(rest - 1);
            areas.push((part..part + size).collect());
            part += size;
            rest -= size + 1;
        }
        // One file that would be an area of no parts joins the last area.
        if let Some(last) = areas.last_mut().filter(|_| rest == 1) {
            Vec::push(last, part);
            part += 1;
        }
        let layer = at * LAYERS.len() / count;
        members.push(Member { name: format!("{}_{at}", LAYERS[layer]), layer, areas });
    }
    members
}

fn design(members: &[Member]) -> String {
    let mut text =
        String::from("gate = 1\n\n[design]\nname = \"scratch\"\nwhy = \"Speed is measured on it.\"\n");
    text.push_str("layers = [\n");
    for layer in 0..LAYERS.len() {
        let names = members.iter().filter(|member| member.layer == layer);
        let names: Vec<String> = names.map(|member| format!("\"{}\"", member.name)).collect();
        let _ = writeln!(text, "    [{}],", names.join(", "));
    }
    text.push_str("]\n");
    for Member { name, .. } in members {
        let _ = write!(text, "\n[module.{name}]\ncode = [\"{name}\"]\nwhy  = \"One of its layer.\"\n");
    }
    text
}

fn manifest(member: &Member, lower: &[&Member]) -> String {
    let name = &member.name;
    let mut text = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nserde = \"1\"\n"
    );
    for Member { name, .. } in lower {
        let _ = writeln!(text, "{name} = {{ path = \"../{name}\" }}");
    }
    text
}

/// A module that hands out everything of the modules `kind_N` below it.
fn facade(kind: &str, numbers: impl Iterator<Item = usize> + Clone, public: bool) -> String {
    let mut text = format!("//! What its {kind}s are to others.\n\n");
    let visibility = if public { "pub " } else { "" };
    for number in numbers.clone() {
        let _ = writeln!(text, "{visibility}mod {kind}_{number};");
    }
    text.push('\n');
    for number in numbers {
        let _ = writeln!(text, "pub use self::{kind}_{number}::*;");
    }
    text
}

/// What the part `number` defines.
fn noun(number: usize) -> String {
    format!("{}{number}", NOUNS[number % NOUNS.len()])
}

/// One file that is no facade: what it defines and what it uses.
struct Part {
    number: usize,
    /// `use` lines and the types that they name.
    imports: Vec<(String, String)>,
}

impl Part {
    /// Imports from up to four lower crates, by their facade or by the area, and from a part of its own crate.
    fn new(number: usize, member: &Member, lower: &[&Member]) -> Self {
        let mut dice = Dice(number as u64 + 1);
        let mut imports: Vec<(String, String)> = Vec::new();
        for _ in 0..lower.len().min(4) {
            let other = lower[dice.below(lower.len())];
            let Some((area, part)) = dice.part(other) else { continue };
            let name = noun(part);
            let line = match dice.below(3) {
                0 => format!("use {}::area_{area}::{name};", other.name),
                _ => format!("use {}::{name};", other.name),
            };
            imports.push((line, name));
        }
        if let Some((area, part)) = dice.part(member).filter(|(_, part)| *part != number) {
            let name = noun(part);
            imports.push((format!("use crate::area_{area}::{name};"), name));
        }
        imports.sort();
        imports.dedup_by(|one, other| one.1 == other.1);
        Self { number, imports }
    }

    /// The file; about 150 lines.
    fn text(&self) -> String {
        let name = noun(self.number);
        let mut text = format!("//! {name}: what it holds, how it is summed up and how it is shown.\n\n");
        text.push_str(
            "use std::collections::BTreeMap;\nuse std::fmt;\n\nuse serde::{Deserialize, Serialize};\n\n",
        );
        for (line, _) in &self.imports {
            let _ = writeln!(text, "{line}");
        }
        self.types(&name, &mut text);
        let _ = writeln!(text, "\nimpl {name} {{");
        let _ = write!(
            text,
            "    /// Nothing yet.\n    pub fn new(title: impl Into<String>) -> Self {{\n        \
             Self {{ title: title.into(), weights: BTreeMap::new(), state: State{name}::Open, parts: Vec::new() }}\n    }}\n"
        );
        let mut dice = Dice(self.number as u64 * 7 + 3);
        for method in 0..5 {
            method_text(&mut text, method, &name, &mut dice);
        }
        text.push_str("}\n");
        self.functions(&name, &mut text);
        shown(&name, &mut text);
        text
    }

    fn types(&self, name: &str, text: &mut String) {
        let _ = write!(
            text,
            "\n/// How far a [`{name}`] has come.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]\n\
             pub enum State{name} {{\n    Open,\n    Held {{ since: u64 }},\n    Closed(u32),\n}}\n\n\
             /// Kept by number.\n#[derive(Clone, Debug, Serialize, Deserialize)]\npub struct {name} {{\n    \
             pub title: String,\n    weights: BTreeMap<u32, u64>,\n    state: State{name},\n    parts: Vec<u32>,\n}}\n"
        );
    }

    /// One function for each import, with the imported type in its signature and in its body.
    fn functions(&self, name: &str, text: &mut String) {
        for (at, (_, other)) in self.imports.iter().enumerate() {
            let _ = write!(
                text,
                "\n/// Carries `other` over.\npub fn merged_{at}(own: &{name}, other: &{other}) -> Option<{name}> {{\n    \
                 let mut merged = own.clone();\n    let fresh = {other}::new(format!(\"{{}}/{{}}\", own.title, other.title));\n    \
                 if fresh.total() > own.total() {{\n        return None;\n    }}\n    \
                 merged.title.push_str(&fresh.title);\n    merged.parts.extend(own.parts.iter().rev().map(|part| part ^ {at}));\n    \
                 Some(merged)\n}}\n"
            );
        }
    }
}

/// A method with a match, a loop, a chain of closures and a call of the one before.
fn method_text(text: &mut String, method: usize, name: &str, dice: &mut Dice) {
    let (first, second, third) = (dice.below(90) + 2, dice.below(900) + 3, dice.below(9) + 1);
    let before = match method {
        0 => "self.total()".to_owned(),
        _ => format!("self.rated_{}(factor)", method - 1),
    };
    let _ = write!(
        text,
        "\n    /// Weighs by {first} of {second}.\n    pub fn rated_{method}(&self, factor: u64) -> u64 {{\n        \
         let mut sum = {before};\n        for (number, weight) in &self.weights {{\n            \
         let share = match self.state {{\n                State{name}::Open => weight * {first},\n                \
         State{name}::Held {{ since }} if since > {second} => weight / {third},\n                \
         State{name}::Held {{ since }} => since.saturating_sub(*weight),\n                \
         State{name}::Closed(code) => u64::from(code) % {second},\n            }};\n            \
         if number % {third} == 0 {{\n                sum += share * factor;\n            }}\n        }}\n        \
         let parts = self.parts.iter().filter(|part| **part > {third}).map(|part| u64::from(*part)).sum::<u64>();\n        \
         sum.max(parts)\n    }}\n"
    );
}

/// `total`, `Display`, and tests.
fn shown(name: &str, text: &mut String) {
    let _ = write!(
        text,
        "\nimpl {name} {{\n    /// The sum of all weights.\n    pub fn total(&self) -> u64 {{\n        \
         self.weights.values().copied().fold(0, u64::saturating_add)\n    }}\n}}\n\n\
         impl fmt::Display for {name} {{\n    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {{\n        \
         write!(out, \"{{}} of {{}} parts\", self.title, self.parts.len())?;\n        \
         for (number, weight) in self.weights.iter().take(3) {{\n            writeln!(out, \"{{number:>4}} {{weight}}\")?;\n        }}\n        \
         Ok(())\n    }}\n}}\n\n#[cfg(test)]\nmod tests {{\n    use super::*;\n\n    #[test]\n    fn is_empty_at_first() {{\n        \
         let fresh = {name}::new(\"fresh\");\n        assert_eq!(fresh.total(), 0);\n        assert_eq!(fresh.state, State{name}::Open);\n        \
         assert_eq!(fresh.to_string(), \"fresh of 0 parts\");\n    }}\n}}\n"
    );
}

/// Numbers that look drawn and are always the same: the generator SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("it is below a usize")
    }

    /// A part of `member` and the area it lies in.
    fn part(&mut self, member: &Member) -> Option<(usize, usize)> {
        let area = self.below(member.areas.len().max(1));
        let parts = member.areas.get(area)?;
        Some((area, parts[self.below(parts.len())]))
    }
}
