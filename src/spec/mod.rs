//! The spec floor: the TOML of `specs/` → a [`Design`], or every error in it at once.
//!
//! Nothing is read from disk or git here; texts come in, a validated value goes out, and every statement keeps the place it
//! was written at.

mod apis;
mod bodies;
mod check;
mod compare;
mod design;
mod document;
mod error;
mod form;
mod glob;
mod json_schema;
mod language;
mod lookup;
mod modules;
mod nearest;
mod pattern;
mod route;
mod syntax;
mod waivers;
mod wire;

pub use compare::{Class, Comparison, Difference, Ground, Subject, compare, written};
pub use design::{
    Api, At, Auth, Declared, Design, EndpointDeclaration, Guard, Layer, Module, ModuleId, Name, Policy,
    RegisteredMethod, Registration, Schema, SpecFile, Waiver, WaiverSubject, WireType,
};
pub use error::SpecError;
pub use glob::FilePattern;
pub use json_schema::json_schema;
pub use pattern::{Pattern, SymbolPattern};
pub use wire::{Field, Media, Payload, Primitive, Response, Responses, Shape};

use crate::basis::RuleId;
use document::View;
use error::Errors;

/// Reads the files of a spec, which together are one design. `rules` are the rules that `[rules]` and waivers may name.
///
/// # Errors
/// When anything in any of the files is wrong: all of it, in the order of files and bytes.
pub fn read(files: Vec<SpecFile>, rules: &[RuleId]) -> Result<Design, Vec<SpecError>> {
    let (design, errors, _) = assembled(files, rules);
    let errors = errors.finish(&design.files);
    if errors.is_empty() { Ok(design) } else { Err(errors) }
}

/// What can be read of a spec that has errors; `None` where a part of the text could not be read at all, so that anything may be
/// declared there. For whoever wants to tell all that is wrong at once.
pub fn partial(files: Vec<SpecFile>, rules: &[RuleId]) -> Option<Design> {
    let (design, errors, is_whole) = assembled(files, rules);
    (is_whole && !errors.hide_text()).then_some(design)
}

/// The design as far as it could be read, what is wrong with it, and whether every file is written in this version of the language.
fn assembled(mut files: Vec<SpecFile>, rules: &[RuleId]) -> (Design, Errors, bool) {
    files.sort_by(|left, right| left.path.cmp(&right.path));
    let mut errors = Errors::default();
    let (design, is_whole) = {
        let tables: Vec<_> =
            (0..).zip(&files).map(|(index, file)| syntax::parse(index, file, &mut errors)).collect();
        let roots: Vec<View<'_>> = (0..)
            .zip(&files)
            .zip(&tables)
            .map(|((index, file), table)| View::root(index, table, &file.text))
            .filter(|root| check::check(*root, &mut errors))
            .collect();
        (assemble(&roots, rules, &mut errors), roots.len() == files.len())
    };
    (Design { files, ..design }, errors, is_whole)
}

/// The oldest gate that may judge, `(major, minor, patch)`, with its place ([`At::file`] counts in `files` as given), as far as
/// it can be read from texts that may have errors: an older gate is to be renewed before it complains about what it cannot
/// understand.
pub fn needs(files: &[SpecFile]) -> Option<Declared<(u32, u32, u32)>> {
    let mut ignored = Errors::default();
    let needed = |(index, file)| {
        let table = syntax::parse(index, file, &mut ignored);
        View::root(index, &table, &file.text).table("design").and_then(modules::needs)
    };
    (0..).zip(files).filter_map(needed).max_by_key(|needed| needed.value)
}

/// The design without its files.
fn assemble(roots: &[View<'_>], rules: &[RuleId], errors: &mut Errors) -> Design {
    let design = modules::only_design(roots, errors);
    let names = modules::names(roots, errors);
    let head = modules::head(design);
    let apis = apis::apis(roots, errors);
    let schemas = apis::schemas(roots, errors);
    let types = apis::types(roots, errors);
    apis::say_unknown_schemas(&apis, &schemas, &types, errors);
    let waivers = waivers::waivers(roots, rules, &apis, errors);
    Design {
        files: Vec::new(),
        name: head.name,
        why: head.why,
        needs: head.needs,
        layers: modules::layers(design, &names, errors),
        layers_at: design.and_then(|table| table.get("layers")).map(|entry| entry.node.at),
        unmapped: head.unmapped,
        unjudged: head.unjudged,
        tests: head.tests,
        absent: head.absent,
        judge: head.judge,
        modules: modules::modules(roots, &names, errors),
        apis,
        schemas,
        types,
        severities: waivers::severities(roots, rules, errors),
        waivers,
    }
}

#[cfg(test)]
mod tests;
