//! `[design]`, `[module.*]` and `layers`, from checked tables → the design's modules, names resolved.

use std::collections::BTreeMap;

use super::design::{At, Declared, Layer, Module, ModuleId, Name, Policy};
use super::document::{Node, View};
use super::error::{Complaint, Errors};
use super::form::read_version;
use super::pattern::{Pattern, SymbolPattern, read_pattern, read_symbol};
use crate::basis::Role;

/// The modules by name, each with the place of its declaration.
pub(super) type ModuleNames = BTreeMap<String, (ModuleId, At)>;

/// What `[design]` says, `layers` aside.
pub(super) struct Head {
    pub(super) name: Option<Declared<String>>,
    pub(super) why: Option<String>,
    pub(super) needs: Option<Declared<(u32, u32, u32)>>,
    pub(super) unmapped: Policy,
    pub(super) unjudged: Policy,
    pub(super) tests: Vec<Declared<Pattern>>,
    pub(super) absent: Vec<Declared<Pattern>>,
    pub(super) judge: Vec<Role>,
}

/// The one `[design]` of all files; a second one is an error.
pub(super) fn only_design<'a>(roots: &[View<'a>], errors: &mut Errors) -> Option<View<'a>> {
    let mut all = roots.iter().filter_map(|root| root.table("design"));
    let first = all.next()?;
    for second in all {
        errors.twice(second.at, first.at, Complaint::new("`[design]` is declared twice"));
    }
    Some(first)
}

/// Reads `[design]`.
pub(super) fn head(design: Option<View<'_>>) -> Head {
    let text = |key| design.and_then(|table| table.text(key));
    let tolerates = |key, word| match text(key) {
        Some(found) if found.value == word => Policy::Tolerate,
        Some(_) | None => Policy::Deny,
    };
    let roles = [Role::Production, Role::Test, Role::Bench, Role::Example, Role::Build];
    let judged = design.and_then(|table| table.texts("judge"));
    let judge = judged.map_or_else(
        || vec![Role::Production],
        |words| {
            roles.into_iter().filter(|role| words.iter().any(|word| word.value == role.as_str())).collect()
        },
    );
    Head {
        name: text("name").map(owned),
        why: text("why").map(|why| why.value.to_owned()),
        needs: design.and_then(needs),
        unmapped: tolerates("unmapped", "allow"),
        unjudged: tolerates("unjudged", "note"),
        tests: design.map_or_else(Vec::new, |table| patterns(table, "tests")),
        absent: design.map_or_else(Vec::new, |table| patterns(table, "absent")),
        judge,
    }
}

/// `needs` of a `[design]`.
pub(super) fn needs(design: View<'_>) -> Option<Declared<(u32, u32, u32)>> {
    let text = design.text("needs")?;
    Some(Declared { value: read_version(text.value).ok()?, at: text.at })
}

/// The names of all modules; a name that stands twice is an error.
pub(super) fn names(roots: &[View<'_>], errors: &mut Errors) -> ModuleNames {
    let mut names = ModuleNames::new();
    for (name, _) in roots.iter().flat_map(|root| root.tables("module")) {
        let next = ModuleId(u32::try_from(names.len()).unwrap_or(u32::MAX));
        match names.get(name.value) {
            Some((_, first)) => {
                errors.twice(
                    name.at,
                    *first,
                    Complaint::new(format!("module `{}` is declared twice", name.value)),
                );
            }
            None => {
                names.insert(name.value.to_owned(), (next, name.at));
            }
        }
    }
    names
}

/// Reads every module, in the order of `names`.
pub(super) fn modules(roots: &[View<'_>], names: &ModuleNames, errors: &mut Errors) -> Vec<Module> {
    let mut modules = Vec::new();
    for (name, table) in roots.iter().flat_map(|root| root.tables("module")) {
        if names.get(name.value).is_some_and(|(_, at)| *at == name.at) {
            modules.push(module(name, table, names, errors));
        }
    }
    say_shared_code(&modules, errors);
    modules
}

fn module(name: Declared<&str>, table: View<'_>, names: &ModuleNames, errors: &mut Errors) -> Module {
    let at_of = |key| table.get(key).map(|entry| entry.node.at);
    let list = |key| table.texts(key).map(|texts| resolved(&texts, names));
    let code = table.get("code");
    if let Some(entry) = code.filter(|entry| entry.node.items().is_some_and(|items| items.is_empty())) {
        let complaint = Complaint::new(format!("module `{}` has no code", name.value));
        errors
            .value(entry.node.at, complaint.help("name what belongs to it, or drop it until there is code"));
    }
    let any = table.text("uses").filter(|text| text.value == "*");
    let uses = match any {
        Some(text) => vec![Declared { value: Name::Any, at: text.at }],
        None => list("uses").unwrap_or_default(),
    };
    let text = |key| table.text(key).map(|text| text.value.to_owned());
    Module {
        name: owned(name),
        code: patterns(table, "code"),
        why: table.text("why").map_or_else(|| Declared { value: String::new(), at: name.at }, owned),
        uses,
        users: list("users"),
        users_at: at_of("users"),
        bans: list("bans").unwrap_or_default(),
        public: optional_symbols(table, "public"),
        public_at: at_of("public"),
        owns: symbols(table, "owns"),
        external: optional_symbols(table, "external"),
        external_at: at_of("external"),
        reexports: reexports(name, table, names, errors),
        owner: text("owner"),
        see: text("see"),
    }
}

fn reexports(
    name: Declared<&str>,
    table: View<'_>,
    names: &ModuleNames,
    errors: &mut Errors,
) -> Vec<Declared<ModuleId>> {
    let mut found = Vec::new();
    for text in table.texts("reexports").unwrap_or_default() {
        match names.get(text.value) {
            _ if text.value == name.value => {
                errors.value(text.at, Complaint::new("what a module hands out of itself is its own already"));
            }
            Some((id, _)) => found.push(Declared { value: *id, at: text.at }),
            None => say_no_module(text, names, errors),
        }
    }
    found
}

/// The same pattern in two modules would leave it open whose the code is.
fn say_shared_code(modules: &[Module], errors: &mut Errors) {
    let mut owners: BTreeMap<&Pattern, (&str, At)> = BTreeMap::new();
    for module in modules {
        for code in &module.code {
            match owners.get(&code.value) {
                Some((owner, first)) if *owner != module.name.value => {
                    let complaint = format!("`{}` is the code of `{owner}` too", code.value);
                    errors.twice(code.at, *first, Complaint::new(complaint));
                }
                Some(_) => {}
                None => {
                    owners.insert(&code.value, (&module.name.value, code.at));
                }
            }
        }
    }
}

/// Reads `layers`; a module that is not declared, or stands twice, is an error.
pub(super) fn layers(design: Option<View<'_>>, names: &ModuleNames, errors: &mut Errors) -> Vec<Layer> {
    let levels = design.and_then(|table| table.get("layers")).and_then(|entry| entry.node.items());
    let mut seen: BTreeMap<ModuleId, At> = BTreeMap::new();
    let mut layers = Vec::new();
    for level in levels.unwrap_or_default() {
        let siblings: Vec<Node<'_>> = level.items().unwrap_or_else(|| vec![level]);
        let mut members = Vec::new();
        for text in siblings.into_iter().filter_map(Node::text) {
            match names.get(text.value) {
                None => say_no_module(text, names, errors),
                Some((id, _)) => match seen.insert(*id, text.at) {
                    None => members.push(Declared { value: *id, at: text.at }),
                    Some(first) => {
                        let complaint = format!("module `{}` stands in two layers", text.value);
                        errors.twice(text.at, first, Complaint::new(complaint));
                    }
                },
            }
        }
        layers.push(Layer { members });
    }
    layers
}

fn say_no_module(name: Declared<&str>, names: &ModuleNames, errors: &mut Errors) {
    errors.unknown(
        "module",
        name,
        names.keys().map(String::as_str),
        "modules are declared by `[module.NAME]`",
    );
}

/// Names of `uses`, `users` or `bans`: a module first, else a symbol. Malformed ones are left out.
fn resolved(texts: &[Declared<&str>], names: &ModuleNames) -> Vec<Declared<Name>> {
    let name = |text: &Declared<&str>| {
        let value = match names.get(text.value) {
            Some((id, _)) => Name::Module(*id),
            None if text.value == "*" => return None,
            None => Name::Symbol(read_symbol(text.value).ok()?),
        };
        Some(Declared { value, at: text.at })
    };
    texts.iter().filter_map(name).collect()
}

/// The patterns of an array; malformed ones are left out.
pub(super) fn patterns(table: View<'_>, key: &str) -> Vec<Declared<Pattern>> {
    let texts = table.texts(key).unwrap_or_default().into_iter();
    texts.filter_map(|text| Some(Declared { value: read_pattern(text.value).ok()?, at: text.at })).collect()
}

/// The symbol patterns of an array; malformed ones are left out.
pub(super) fn symbols(table: View<'_>, key: &str) -> Vec<Declared<SymbolPattern>> {
    optional_symbols(table, key).unwrap_or_default()
}

fn optional_symbols(table: View<'_>, key: &str) -> Option<Vec<Declared<SymbolPattern>>> {
    let texts = table.texts(key)?.into_iter();
    Some(
        texts
            .filter_map(|text| Some(Declared { value: read_symbol(text.value).ok()?, at: text.at }))
            .collect(),
    )
}

/// A text of its own.
pub(super) fn owned(text: Declared<&str>) -> Declared<String> {
    Declared { value: text.value.to_owned(), at: text.at }
}
