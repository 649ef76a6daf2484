//! What gate says of types is what serde does with them.
//!
//! The files below are compiled, serde deriving, and read by gate, the very same text. Values that serde writes have to conform to
//! what gate says is emitted; documents made from what gate says is accepted have to be read, and those that break it refused.

#[path = "wire/accepted.rs"]
mod accepted;
#[path = "wire/conversions.rs"]
#[allow(dead_code, reason = "what is only read has fields that nothing looks at")]
mod conversions;
#[path = "wire/document.rs"]
mod document;
#[path = "wire/emitted.rs"]
mod emitted;
#[path = "wire/enums.rs"]
#[allow(dead_code, reason = "what is only read has fields that nothing looks at")]
mod enums;
#[path = "wire/flattened.rs"]
mod flattened;
#[path = "wire/foreign.rs"]
mod foreign;
#[path = "wire/generics.rs"]
mod generics;
#[path = "wire/probe.rs"]
mod probe;
#[path = "wire/said.rs"]
mod said;
#[path = "wire/structs.rs"]
#[allow(dead_code, reason = "what is only read has fields that nothing looks at")]
mod structs;
#[path = "wire/tree.rs"]
mod tree;

use gate::basis::wire::{Shape, Type, Types};
use gate::facts::ScopeId;
use gate::facts::rust::type_expr;
use gate::model::wire::{Direction, Wire};
use gate::model::{ModuleRef, World};

use document::Book;
use probe::Probe;
use tree::Tree;

/// A file with what is to be asked of its types.
type Chapter = (&'static str, &'static str, fn() -> Vec<Probe>);

const CHAPTERS: &[Chapter] = &[
    ("structs", include_str!("wire/structs.rs"), structs::probes),
    ("enums", include_str!("wire/enums.rs"), enums::probes),
    ("flattened", include_str!("wire/flattened.rs"), flattened::probes),
    ("foreign", include_str!("wire/foreign.rs"), foreign::probes),
    ("generics", include_str!("wire/generics.rs"), generics::probes),
    ("conversions", include_str!("wire/conversions.rs"), conversions::probes),
];

/// The package that gate is given: the chapters as modules of one crate, their texts as `written` has them.
fn tree(written: impl Fn(&str, &str) -> String) -> Tree {
    let modules: String = CHAPTERS.iter().map(|(name, _, _)| format!("mod {name};\n")).collect();
    let mut files = vec![
        ("Cargo.toml".to_owned(), include_str!("wire/manifest.toml").to_owned()),
        ("src/lib.rs".to_owned(), modules),
    ];
    files.extend(CHAPTERS.iter().map(|(name, text, _)| (format!("src/{name}.rs"), written(name, text))));
    Tree::new(files)
}

fn module(world: &World<'_>, name: &str) -> ModuleRef {
    let packages = world.packages();
    let library = world.library(packages[0]).expect("the package has a library");
    world.children(world.root(library), name)[0]
}

/// Asks gate what it says of every type and holds it against serde; what does not agree is told.
fn disagreements(tree: &Tree, chapters: &[Chapter]) -> (usize, Vec<String>) {
    let world = World::new(tree);
    let wire = Wire::new(&world, Vec::new());
    let (mut count, mut found) = (0, Vec::new());
    for (name, _, probes) in chapters {
        let at = (module(&world, name), ScopeId(0));
        for probe in probes() {
            count += 1;
            let expr = type_expr(probe.written).unwrap_or_else(|| panic!("{} is a type", probe.written));
            let of = |direction| {
                let r#type = wire.r#type(&expr, at, direction);
                (r#type, wire.types(direction))
            };
            let mut tell = |message: String| found.push(format!("{name}::{}: {message}", probe.written));
            if probe.samples.is_some() {
                let (r#type, types) = of(Direction::Emits);
                emits(&probe, (&r#type, &types), &mut tell);
            }
            if let Some(read) = probe.read {
                let (r#type, types) = of(Direction::Accepts);
                let is_unknown = matches!(types.follow(&r#type).0, Shape::Unknown(_));
                match (is_unknown, probe.opaque) {
                    (false, false) => {
                        let book = Book::new(&types, probe.samples.iter().flatten());
                        accepted::check(&book, &r#type, read, &mut tell);
                    }
                    (true, true) => {}
                    _ => tell(format!("it is read as {:?}", types.follow(&r#type).0)),
                }
            }
        }
    }
    (count, found)
}

fn emits(probe: &Probe, (r#type, types): (&Type, &Types), tell: &mut dyn FnMut(String)) {
    let is_unknown = matches!(types.follow(r#type).0, Shape::Unknown(_));
    if is_unknown != probe.opaque {
        tell(format!("it is written as {:?}", types.follow(r#type).0));
    }
    for sample in probe.samples.iter().flatten() {
        if let Err(why) = emitted::conforms(types, r#type, sample) {
            tell(format!("{sample} is written: {why}"));
        }
    }
}

#[test]
fn what_is_said_of_types_is_what_serde_does() {
    let (count, found) = disagreements(&tree(|_, text| text.to_owned()), CHAPTERS);
    assert!(found.is_empty(), "{} of {count}:\n{}", found.len(), found.join("\n"));
    assert!(count >= 120, "{count} types are few");
}

/// Each of these changes what gate reads and not what is compiled: the two have to disagree then, in this type.
const PLANTED: &[(&str, &str, &str, &str)] = &[
    ("structs", "Camel", "#[serde(rename_all = \"camelCase\")]\nstruct Camel", "struct Camel"),
    ("structs", "SplitName", "serialize = \"out\", deserialize", "deserialize = \"out\", serialize"),
    ("structs", "Conditional", "serde(default), ", ""),
    ("structs", "Skipped", "#[serde(skip)]\n    gone", "gone"),
    ("structs", "SkippedOneWay", "#[serde(skip_serializing)]", ""),
    ("structs", "SkippedOneWay", "#[serde(skip_deserializing)]\n    computed: u8,\n}", "computed: u8,\n}"),
    ("structs", "SkipNone", "#[serde(skip_serializing_if = \"Vec::is_empty\")]", ""),
    ("structs", "SkipAllNone", "count: u8", "count: Option<u8>"),
    ("structs", "Filled", "#[serde(default)]\n    zero", "zero"),
    ("structs", "AllFilled", "#[serde(default)]\nstruct", "struct"),
    ("structs", "Options", "#[serde(deserialize_with = \"any_text\")]\n    by_hand", "by_hand"),
    ("structs", "Options", "#[serde(default, deserialize_with", "#[serde(deserialize_with"),
    (
        "structs",
        "NearlyOptional",
        "struct MaybeNumber(Option<u8>);",
        "#[serde(transparent)]\nstruct MaybeNumber(Option<u8>);",
    ),
    ("structs", "Aliased", "alias = \"older\"", "alias = \"oldest\""),
    ("structs", "Strict", "#[serde(deny_unknown_fields)]\nstruct Strict {", "struct Strict {"),
    ("structs", "Labelled", "rename = \"labelled\"", "rename = \"other\""),
    ("enums", "RenamedFields", ", rename_all_fields = \"kebab-case\"", ""),
    ("enums", "Internal", "tag = \"type\", rename_all", "tag = \"kind\", rename_all"),
    ("enums", "Adjacent", "content = \"c\")]\nenum Adjacent", "content = \"d\")]\nenum Adjacent"),
    ("enums", "Untagged", "#[serde(untagged)]\nenum", "enum"),
    ("enums", "PartlyUntagged", "#[serde(untagged)]\n    Else", "Else"),
    ("enums", "OpenExternal", "#[serde(other)]\n    SomethingElse", "SomethingElse"),
    ("enums", "ByNumber", "One = 1,\n    Two,\n", "One,\n    Two,\n"),
    ("flattened", "One", "struct One {\n    own: u8,\n    #[serde(flatten)]", "struct One {\n    own: u8,"),
    ("flattened", "StrictFlat", "#[serde(deny_unknown_fields)]\nstruct StrictFlat", "struct StrictFlat"),
    (
        "foreign",
        "Time",
        "#[serde(with = \"time::serde::timestamp\")]",
        "#[serde(with = \"time::serde::rfc3339\")]",
    ),
    ("foreign", "ChronoNumbers", "#[serde(default, with", "#[serde(with"),
    ("foreign", "As", "Option<DisplayFromStr>", "Option<_>"),
    ("conversions", "Money", "from = \"Wire\", ", ""),
    ("conversions", "Placed", ", rename_all = \"UPPERCASE\"", ""),
    ("generics", "Using", "type Twice<T> = (T, T)", "type Twice<T> = Vec<T>"),
];

#[test]
fn what_is_misread_is_noticed() {
    let mut unnoticed = Vec::new();
    for (chapter, r#type, from, to) in PLANTED {
        let chapters: Vec<Chapter> =
            CHAPTERS.iter().filter(|(name, _, _)| name == chapter).copied().collect();
        if chapters[0].1.matches(from).count() != 1 {
            unnoticed.push(format!("{from} does not stand there once"));
        }
        let plant = |name: &str, text: &str| match name == *chapter {
            true => text.replace(from, to),
            false => text.to_owned(),
        };
        let (_, found) = disagreements(&tree(plant), &chapters);
        let meant = format!("{chapter}::{type}:");
        if !found.iter().any(|line| line.starts_with(&meant)) {
            unnoticed.push(format!("{meant} {from}: {found:?}"));
        }
    }
    assert!(unnoticed.is_empty(), "{}", unnoticed.join("\n"));
}
