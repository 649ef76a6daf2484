//! A spec file against the rows of the language: unknown keys, wrong types, missing keys, texts that are malformed.
//!
//! It says nothing about names that are declared elsewhere, and nothing about types and bodies, which are read where their
//! meaning is.

use std::collections::BTreeSet;

use toml::de::DeValue;

use super::design::At;
use super::document::{Entry, Node, View};
use super::error::{Complaint, Errors};
use super::form::check_text;
use super::language::{Form, Key, Kind, LANGUAGE, Row, rows, words};
use super::nearest::did_you_mean;
use super::route;
use super::wire::quoted;

/// A table still to be checked.
struct Open<'a> {
    /// Its path in the language.
    path: String,
    /// Its path in the file, for messages.
    title: String,
    view: View<'a>,
}

/// Checks the table of a whole file. Says whether it is written in this version of the language; where it is not, nothing
/// else of it can be judged.
pub(super) fn check(root: View<'_>, errors: &mut Errors) -> bool {
    if let Err((at, complaint)) = version_of(root) {
        let other_version = root.get("gate").is_some();
        errors.missing(at, complaint);
        if other_version {
            return false;
        }
    }
    let mut open = vec![Open { path: String::new(), title: String::new(), view: root }];
    while let Some(table) = open.pop() {
        let entries = table.view.entries();
        for row in rows(&table.path).filter(|row| row.required && row.kind != Kind::One) {
            if table.view.get(row.word()).is_none() {
                errors.missing(table.view.at, missing(&table, row));
            }
        }
        for entry in entries {
            if let Some(row) = row_of(&table, entry, errors) {
                check_value(row, entry, errors);
                open.extend(tables_below(row, &table, entry));
            }
        }
    }
    true
}

fn version_of(root: View<'_>) -> Result<(), (At, Complaint)> {
    let Some(entry) = root.get("gate") else {
        let complaint =
            Complaint::new("the file does not say which version of the spec language it is written in");
        return Err((root.at, complaint.help("begin it with `gate = 1`")));
    };
    let complaint = match entry.node.value.as_integer() {
        Some(_) if entry.node.position() == Some(1) => return Ok(()),
        Some(number) => Complaint::new(format!("version {number} of the spec language is not known"))
            .help("this gate reads version 1: `gate = 1`"),
        None => Complaint::new("`gate` takes the integer 1").help("write `gate = 1`"),
    };
    Err((entry.node.at, complaint))
}

fn missing(table: &Open<'_>, row: &Row) -> Complaint {
    let example = if row.example.is_empty() { String::new() } else { format!(" = {}", row.example) };
    Complaint::new(format!("{} has no `{}`", bracketed(table), row.word())).help(format!(
        "{}: `{}{example}`",
        row.meaning,
        row.word()
    ))
}

/// `` `[module.api]` ``, `` `[[waiver]]` ``.
fn bracketed(table: &Open<'_>) -> String {
    let is_element = LANGUAGE.iter().any(|row| row.kind == Kind::Tables && row.path() == table.path);
    if is_element { format!("`[[{}]]`", table.title) } else { format!("`[{}]`", table.title) }
}

/// The row that speaks of an entry; where there is none, or its key is malformed, that is said.
fn row_of(table: &Open<'_>, entry: Entry<'_>, errors: &mut Errors) -> Option<&'static Row> {
    let word = rows(&table.path).find(|row| is_word(row, entry.key));
    if word.is_some() {
        return word;
    }
    let free = rows(&table.path).find_map(|row| match row.key {
        Key::Free(_, form) => Some((row, form)),
        Key::Word(_) => None,
    });
    match free {
        Some((row, form)) => match check_text(form, entry.key) {
            Ok(()) => Some(row),
            Err(complaint) => {
                errors.value(entry.key_at, complaint);
                None
            }
        },
        None => {
            errors.value(entry.key_at, unknown(table, entry));
            None
        }
    }
}

fn is_word(row: &Row, key: &str) -> bool {
    matches!(row.key, Key::Word(word) if word == key)
}

fn unknown(table: &Open<'_>, entry: Entry<'_>) -> Complaint {
    let key = entry.key;
    let place = if table.path.is_empty() {
        "at the top of a file".to_owned()
    } else {
        format!("in {}", bracketed(table))
    };
    let noun = if entry.node.value.is_table() { "table" } else { "key" };
    let elsewhere = || {
        let row = LANGUAGE.iter().find(|row| is_word(row, key) && !row.table.is_empty())?;
        Some(format!("`{key}` belongs to `[{}]`", row.table))
    };
    let all = || format!("known here are {}", quoted(words(&table.path)));
    Complaint::new(format!("there is no {noun} `{}` {place}", key.escape_debug()))
        .help(did_you_mean(key, words(&table.path)).or_else(elsewhere).unwrap_or_else(all))
}

/// The tables that an entry holds and that have rows of their own.
fn tables_below<'a>(row: &'static Row, table: &Open<'a>, entry: Entry<'a>) -> Vec<Open<'a>> {
    let views: Vec<View<'a>> = if row.kind == Kind::Table {
        entry.table().into_iter().collect()
    } else if row.kind == Kind::Tables {
        entry.node.items().unwrap_or_default().into_iter().filter_map(Node::table).collect()
    } else {
        return Vec::new();
    };
    let path = row.path();
    let key = if entry.key.chars().all(|char| char.is_alphanumeric() || "-_".contains(char)) {
        entry.key.to_owned()
    } else {
        format!("{:?}", entry.key)
    };
    let title = if table.title.is_empty() { key } else { format!("{}.{key}", table.title) };
    views.into_iter().map(|view| Open { path: path.clone(), title: title.clone(), view }).collect()
}

/// Checks the value of an entry against the kind that its row names.
fn check_value(row: &Row, entry: Entry<'_>, errors: &mut Errors) {
    let node = entry.node;
    let fits = match row.kind {
        Kind::One | Kind::Field | Kind::Fields | Kind::Schema | Kind::Body | Kind::Responses => true,
        Kind::Text(form) => check_node(form, node, errors),
        Kind::Texts(form) => check_texts(row, form, node, errors),
        Kind::TextsOrAny(form) => is_any(node) || check_texts(row, form, node, errors),
        Kind::Layers => check_layers(node, errors),
        Kind::Flag => node.value.is_bool(),
        Kind::Date => check_date(node, errors),
        Kind::Choice(words) => check_choice(row, words, node, errors),
        Kind::Choices(words) => node
            .items()
            .is_some_and(|items| items.into_iter().all(|item| check_choice(row, words, item, errors))),
        Kind::Position => node.position().is_some(),
        Kind::MethodOrPosition => check_method(node, errors),
        Kind::Table => node.value.is_table(),
        Kind::Tables => node.items().is_some_and(|items| items.iter().all(|item| item.value.is_table())),
    };
    if !fits {
        let at = if node.value.is_table() { entry.key_at } else { node.at };
        errors.value(at, wrong_type(row, entry));
    }
}

/// The complaint about a value of another kind than the row names.
fn wrong_type(row: &Row, entry: Entry<'_>) -> Complaint {
    let takes = match row.kind {
        Kind::One => "the integer 1",
        Kind::Text(_) => "a string",
        Kind::Texts(_) => "an array of strings",
        Kind::TextsOrAny(_) => "an array of strings, or `\"*\"`",
        Kind::Layers => "an array of names, siblings in an inner array",
        Kind::Flag => "`true` or `false`",
        Kind::Date => "a date",
        Kind::Choice(_) => "a word",
        Kind::Choices(_) => "an array of words",
        Kind::Position => "the position of an argument, from 0",
        Kind::MethodOrPosition => "a method, or the position of an argument, from 0",
        Kind::Field => "a type, an array of strings, or a table of fields",
        Kind::Fields => "a table of fields",
        Kind::Schema => "a table of fields, or an array of strings",
        Kind::Body => "a body",
        Kind::Responses => "a body, or a table from status to body",
        Kind::Table => "a table",
        Kind::Tables => "an array of tables",
    };
    let is_list = matches!(row.kind, Kind::Texts(_) | Kind::TextsOrAny(_));
    let help = if let (true, Some(text)) = (is_list, entry.node.value.as_str()) {
        format!("write `[{text:?}]`")
    } else if row.kind == Kind::Tables && entry.node.value.is_table() {
        format!("write `[[{}]]`", row.path())
    } else if row.kind == Kind::Table {
        format!("{}: `[{}]`", row.meaning, row.path())
    } else {
        format!("for example `{} = {}`", row.word(), row.example)
    };
    Complaint::new(format!("`{}` takes {takes}, not {}", entry.key.escape_debug(), found(entry.node.value)))
        .help(help)
}

/// What a value is, in words.
pub(super) fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(number) if number.as_str().starts_with('-') => "a negative number",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array of other things",
        DeValue::Table(_) => "a table",
    }
}

fn is_any(node: Node<'_>) -> bool {
    node.value.as_str() == Some("*")
}

/// Checks a string; says whether it is one.
fn check_node(form: Form, node: Node<'_>, errors: &mut Errors) -> bool {
    let Some(text) = node.text() else { return false };
    if let Err(complaint) = check_text(form, text.value) {
        errors.value(text.at, complaint);
    }
    true
}

fn check_texts(row: &Row, form: Form, node: Node<'_>, errors: &mut Errors) -> bool {
    let Some(items) = node.items() else { return false };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for item in &items {
        match item.text() {
            Some(text) if seen.insert(text.value) => {}
            Some(text) => {
                let complaint = format!("`{}` stands twice in `{}`", text.value, row.word());
                errors.value(text.at, Complaint::new(complaint));
            }
            None => {
                let complaint = format!("`{}` holds strings, not {}", row.word(), found(item.value));
                errors.value(item.at, Complaint::new(complaint));
            }
        }
        check_node(form, *item, errors);
    }
    true
}

fn check_layers(node: Node<'_>, errors: &mut Errors) -> bool {
    let Some(levels) = node.items() else { return false };
    for level in levels {
        match level.items() {
            Some(siblings) if siblings.is_empty() => {
                errors.value(level.at, Complaint::new("a layer without modules says nothing"));
            }
            Some(siblings) => siblings.into_iter().for_each(|sibling| check_layer_name(sibling, errors)),
            None => check_layer_name(level, errors),
        }
    }
    true
}

fn check_layer_name(node: Node<'_>, errors: &mut Errors) {
    if !check_node(Form::Reference, node, errors) {
        let complaint = Complaint::new(format!("a layer is the name of a module, not {}", found(node.value)));
        errors.value(node.at, complaint.help("siblings stand in one inner array: `[\"a\", [\"b\", \"c\"]]`"));
    }
}

fn check_date(node: Node<'_>, errors: &mut Errors) -> bool {
    if let Some(text) = node.text() {
        let plain =
            text.value.len() == 10 && text.value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let example = if plain { text.value } else { "2027-01-31" };
        errors.value(
            node.at,
            Complaint::new("a date stands without quotes").help(format!("write `{example}`")),
        );
        return true;
    }
    let Some(found) = node.value.as_datetime() else { return false };
    if found.date.is_some() && found.time.is_some() {
        let complaint = Complaint::new("a waiver holds until the end of a day: a date without a time");
        errors.value(node.at, complaint.help("write `2027-01-31`, for example"));
    }
    found.date.is_some()
}

fn check_choice(row: &Row, known: &'static [&'static str], node: Node<'_>, errors: &mut Errors) -> bool {
    let Some(text) = node.text() else { return false };
    if !known.contains(&text.value) {
        let allowed = quoted(known.iter().copied());
        let name = match row.key {
            Key::Word(word) => format!("`{word}`"),
            Key::Free(..) => "a severity".to_owned(),
        };
        let complaint = Complaint::new(format!("{name} is one of {allowed}, not `{}`", text.value));
        errors.value(text.at, complaint.maybe_help(did_you_mean(text.value, known.iter().copied())));
    }
    true
}

fn check_method(node: Node<'_>, errors: &mut Errors) -> bool {
    match node.text() {
        Some(text) => {
            if let Err(complaint) = route::read_method(text.value) {
                errors.value(text.at, complaint);
            }
            true
        }
        None => node.position().is_some(),
    }
}
