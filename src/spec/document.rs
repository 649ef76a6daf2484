//! One spec file as TOML: its tables as views with places, its entries in the order in which they are written.
//!
//! What a table may hold is not known here.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::design::{At, Declared};
use crate::basis::Span;

/// A value with its place.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    /// The value as TOML has it.
    pub(super) value: &'a DeValue<'a>,
    /// The bytes of the value; of the header, where it is a table that has one.
    pub(super) at: At,
}

/// A key with its value.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// The key, quotes and escapes undone.
    pub(super) key: &'a str,
    /// The bytes of the key.
    pub(super) key_at: At,
    /// The value.
    pub(super) node: Node<'a>,
}

/// A table.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    file: u32,
    table: &'a DeTable<'a>,
    /// The place of the key that the table stands under, or of the header of an element of an array of tables.
    pub(super) at: At,
}

impl<'a> View<'a> {
    /// The table of a whole file.
    pub(super) fn root(file: u32, table: &'a DeTable<'a>, text: &str) -> Self {
        Self { file, table, at: At { file, span: first_line(text) } }
    }

    /// The entries in the order in which they are written.
    pub(super) fn entries(&self) -> Vec<Entry<'a>> {
        let mut entries: Vec<Entry<'a>> =
            self.table.iter().map(|(key, value)| self.entry(key.get_ref(), key.span(), value)).collect();
        entries.sort_by_key(|entry| entry.key_at);
        entries
    }

    /// The entry with this key.
    pub(super) fn get(&self, key: &str) -> Option<Entry<'a>> {
        self.table.get_key_value(key).map(|(key, value)| self.entry(key.get_ref(), key.span(), value))
    }

    /// The string under this key; `None` where there is none, or something else.
    pub(super) fn text(&self, key: &str) -> Option<Declared<&'a str>> {
        self.get(key).and_then(|entry| entry.node.text())
    }

    /// The strings of the array under this key; what is no string is left out. `None` where there is no array.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<Declared<&'a str>>> {
        let items = self.get(key)?.node.items()?;
        Some(items.into_iter().filter_map(|item| item.text()).collect())
    }

    /// The boolean under this key.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(|entry| entry.node.value.as_bool())
    }

    /// The table under this key.
    pub(super) fn table(&self, key: &str) -> Option<View<'a>> {
        self.get(key).and_then(Entry::table)
    }

    /// The tables under the keys of the table under this key, with their keys.
    pub(super) fn tables(&self, key: &str) -> Vec<(Declared<&'a str>, View<'a>)> {
        let entries = self.table(key).map_or_else(Vec::new, |table| table.entries());
        entries.into_iter().filter_map(|entry| Some((entry.name(), entry.table()?))).collect()
    }

    /// The elements of the array of tables under this key.
    pub(super) fn elements(&self, key: &str) -> Vec<View<'a>> {
        let items = self.get(key).and_then(|entry| entry.node.items()).unwrap_or_default();
        items.into_iter().filter_map(Node::table).collect()
    }

    fn entry(
        &self,
        key: &'a str,
        key_span: std::ops::Range<usize>,
        value: &'a Spanned<DeValue<'a>>,
    ) -> Entry<'a> {
        let at = |span: std::ops::Range<usize>| At { file: self.file, span: Span::new(span.start, span.end) };
        Entry { key, key_at: at(key_span), node: Node { value: value.get_ref(), at: at(value.span()) } }
    }
}

impl<'a> Entry<'a> {
    /// The key with its place.
    pub(super) fn name(&self) -> Declared<&'a str> {
        Declared { value: self.key, at: self.key_at }
    }

    /// The value as a table that is known by its key.
    pub(super) fn table(self) -> Option<View<'a>> {
        Some(View { at: self.key_at, ..self.node.table()? })
    }
}

impl<'a> Node<'a> {
    /// The value as a string.
    pub(super) fn text(self) -> Option<Declared<&'a str>> {
        self.value.as_str().map(|value| Declared { value, at: self.at })
    }

    /// The value as an array.
    pub(super) fn items(self) -> Option<Vec<Node<'a>>> {
        let array: &'a DeArray<'a> = self.value.as_array()?;
        let node = |item: &'a Spanned<DeValue<'a>>| Node {
            value: item.get_ref(),
            at: At { file: self.at.file, span: Span::new(item.span().start, item.span().end) },
        };
        Some(array.iter().map(node).collect())
    }

    /// The value as a table.
    pub(super) fn table(self) -> Option<View<'a>> {
        self.value.as_table().map(|table| View { file: self.at.file, table, at: self.at })
    }

    /// The value as an integer from 0 to 4 294 967 295.
    pub(super) fn position(self) -> Option<u32> {
        let integer = self.value.as_integer()?;
        u32::from_str_radix(integer.as_str(), integer.radix()).ok()
    }
}

/// The first line that holds anything: where errors stand that are about a file as a whole.
pub(super) fn first_line(text: &str) -> Span {
    let line = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    line.map(|(start, line)| (start, line.trim_end()))
        .find(|(_, line)| !line.is_empty())
        .map_or(Span::default(), |(start, line)| Span::new(start, start + line.len()))
}
