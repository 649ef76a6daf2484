//! A table and a key → the place where a spec writes it, for statements of which the design keeps only the value.

use toml::de::DeTable;

use super::super::design::{At, SpecFile};
use super::super::document::View;
use super::super::error::Errors;
use super::super::syntax;

/// The files of a design, as TOML.
pub(super) struct Places<'a> {
    roots: Vec<View<'a>>,
}

/// The TOML of the files of a valid design.
pub(super) fn tables(files: &[SpecFile]) -> Vec<DeTable<'_>> {
    let mut ignored = Errors::default();
    (0..).zip(files).map(|(index, file)| syntax::parse(index, file, &mut ignored)).collect()
}

impl<'a> Places<'a> {
    pub(super) fn new(files: &[SpecFile], tables: &'a [DeTable<'a>]) -> Self {
        let roots = (0..).zip(files).zip(tables);
        Self { roots: roots.map(|((index, file), table)| View::root(index, table, &file.text)).collect() }
    }

    /// The value under `key` of a table whose parts `.` separates; the key itself where its value is a table. Names of tables
    /// hold no dot.
    pub(super) fn find(&self, table: &str, key: &str) -> Option<At> {
        self.inside(&table.split('.').collect::<Vec<_>>(), key)
    }

    /// Likewise, for keys that may hold anything.
    pub(super) fn inside(&self, path: &[&str], key: &str) -> Option<At> {
        let table = |root: &View<'a>| path.iter().try_fold(*root, |table, part| table.table(part));
        let entry = self.roots.iter().filter_map(table).find_map(|table| table.get(key))?;
        Some(if entry.node.value.is_table() { entry.key_at } else { entry.node.at })
    }
}
