//! The texts of a spec against the grammars of their kinds: names, files, versions, exact items.
//!
//! Patterns, routes and types have their grammars in files of their own; this one knows which text follows which.

use super::error::Complaint;
use super::language::Form;
use super::wire::{Media, Primitive, check_schema_name, read_type, unknown_media};
use super::{pattern, route};

/// Checks a text against its grammar.
pub(super) fn check_text(form: Form, text: &str) -> Result<(), Complaint> {
    match form {
        Form::Anything | Form::Reference => Ok(()),
        Form::Prose if text.trim().is_empty() => Err(Complaint::new("an empty text says nothing")),
        Form::Prose => Ok(()),
        Form::Label => check_label(text),
        Form::SchemaName => check_schema_key(text),
        Form::Pattern => pattern::read_pattern(text).map(drop),
        Form::Symbol => pattern::read_symbol(text).map(drop),
        Form::Name => check_name(text),
        Form::File => check_file(text),
        Form::Route => route::read_path(text).map(drop),
        Form::Except => route::read_except(text).map(drop),
        Form::Endpoint => route::read_key(text).map(drop),
        Form::Version => read_version(text).map(drop),
        Form::Identity => check_identity(text),
        Form::Media => Media::read(text).map(drop).ok_or_else(|| unknown_media(text)),
        Form::Type => match read_type(text)? {
            (false, _) => Ok(()),
            (true, _) => {
                Err(Complaint::new("`?` has no meaning here: a type says nothing about being absent")
                    .help("it is the field that may be absent"))
            }
        },
    }
}

fn check_label(text: &str) -> Result<(), Complaint> {
    let stray = text.chars().find(|char| !(char.is_alphanumeric() || "-_".contains(*char)));
    match stray {
        None if text.is_empty() => Err(Complaint::new("a name is empty")),
        None => Ok(()),
        Some(char) => Err(Complaint::new(format!(
            "`{}` can be no name: it holds `{}`",
            text.escape_debug(),
            char.escape_debug()
        ))
        .help("a name is of letters, digits, `-` and `_`")),
    }
}

fn check_schema_key(text: &str) -> Result<(), Complaint> {
    let taken = Primitive::ALL.iter().any(|primitive| primitive.as_str() == text)
        || Media::NAMES.contains(&text)
        || ["none", "null"].contains(&text);
    if taken {
        return Err(Complaint::new(format!("`{text}` is a word of the language and can be no schema"))
            .help("schemas are commonly named with a capital: `Text`"));
    }
    check_schema_name(text).map_err(|why| {
        Complaint::new(format!("`{text}` can be no schema: {}", why.message)).maybe_help(why.help)
    })
}

fn check_name(text: &str) -> Result<(), Complaint> {
    if text == "*" {
        return Err(Complaint::new("`*` is no name")
            .help("`uses = \"*\"` opens every module; `external = []` closes a module to external crates"));
    }
    pattern::read_symbol(text).map(drop)
}

/// A path inside the repository, or beside the spec file.
fn check_file(text: &str) -> Result<(), Complaint> {
    let path = text.strip_prefix("./").unwrap_or(text);
    let malformed = |why: &str| Complaint::new(format!("`{text}` is no file of the repository: {why}"));
    if text.contains("://") {
        return Err(malformed("nothing is fetched").help("commit the document, and name its path"));
    }
    if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        return Err(malformed("it is absolute")
            .help("a path begins at the root of the repository, or with `./` beside the spec file"));
    }
    if path.contains('\\') {
        return Err(malformed("it has a backslash").help("`/` stands between folders on every system"));
    }
    if path.chars().any(char::is_control) || path.contains(['*', '?']) {
        return Err(malformed("it names one file, without wildcards"));
    }
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(malformed("a part of it is empty, `.` or `..`"));
    }
    Ok(())
}

/// An exact item, crate or file: no wildcard, no line.
fn check_identity(text: &str) -> Result<(), Complaint> {
    if text.trim().is_empty() {
        return Err(Complaint::new("an empty text says nothing"));
    }
    let line = text.rsplit_once(':').is_some_and(|(before, end)| {
        !before.ends_with(':') && !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit())
    });
    if line {
        return Err(Complaint::new(format!("`{text}` has a line number")).help(EXACT));
    }
    Ok(())
}

/// Says what is wrong with the name of one thing; that of an `impl` block can hold a `*` of its own.
pub(super) fn check_exact(text: &str) -> Result<(), Complaint> {
    let outside_blocks = text.split('<').next().unwrap_or(text);
    if outside_blocks.contains('*') {
        return Err(Complaint::new(format!("`{text}` has a wildcard")).help(EXACT));
    }
    Ok(())
}

const EXACT: &str = "a waiver excuses one thing, by its full name";

/// `0.3`, `0.3.1`, `1` → the three numbers.
pub(super) fn read_version(text: &str) -> Result<(u32, u32, u32), Complaint> {
    let malformed = || {
        Complaint::new(format!("`{text}` is no version")).help("write `\"0.3\"` or `\"0.3.1\"`, for example")
    };
    let mut numbers = [0; 3];
    let mut parts = text.split('.');
    for (number, part) in numbers.iter_mut().zip(parts.by_ref()) {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = part.parse().ok().filter(|_| digits).ok_or_else(malformed)?;
    }
    if parts.next().is_some() {
        return Err(malformed());
    }
    Ok((numbers[0], numbers[1], numbers[2]))
}
