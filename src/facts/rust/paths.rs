//! The paths of one file, told once for each item, kind and condition they stand in.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::builtin::is_primitive;
use crate::{
    basis::Site,
    facts::{CfgId, FileFacts, ItemId, PathKind, PathUse, ScopeId},
};

/// Where the walk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct At {
    /// The innermost scope.
    pub scope: ScopeId,
    /// The innermost item; `None` at module level.
    pub item: Option<ItemId>,
    /// The condition, those around it included.
    pub cfg: CfgId,
}

/// Paths, and where each stands in the list.
#[derive(Default)]
pub(super) struct Paths<'t> {
    list: Vec<PathUse>,
    known: FxHashMap<(Cow<'t, str>, PathKind, At), usize>,
    /// Whether a path begins with the name of a primitive type.
    primitive: bool,
}

impl<'t> Paths<'t> {
    /// Adds a path, or one more of a path that is there already. `site` is asked for only when it is new.
    pub(super) fn add(&mut self, path: Cow<'t, str>, kind: PathKind, at: At, site: impl FnOnce() -> Site) {
        if let Some(first) = self.known.get(&(Cow::Borrowed(&*path), kind, at)) {
            self.list[*first].count = self.list[*first].count.saturating_add(1);
            return;
        }
        self.primitive |= is_primitive(path.split("::").next().unwrap_or_default());
        let At { scope, item, cfg } = at;
        self.list.push(PathUse { path: (&*path).into(), kind, scope, item, cfg, site: site(), count: 1 });
        self.known.insert((path, kind, at), self.list.len() - 1);
    }

    /// The paths in source order. Those that begin with a primitive type (`u32::MAX`) are left out, save where the file
    /// itself gives that name to something (`use std::u32`).
    pub(super) fn finish(mut self, facts: &FileFacts) -> Vec<PathUse> {
        if self.primitive {
            let given = |name: &str| {
                facts.imports.iter().any(|import| &*import.name == name)
                    || facts.items.iter().any(|item| &*item.name == name)
                    || facts.modules.iter().any(|module| &*module.name == name)
            };
            let mut answers: FxHashMap<String, bool> = FxHashMap::default();
            self.list.retain(|path| {
                let first = path.path.split("::").next().unwrap_or_default();
                !is_primitive(first) || *answers.entry(first.to_owned()).or_insert_with(|| given(first))
            });
        }
        self.list.sort_by_key(|path| path.site.span.start);
        self.list.shrink_to_fit();
        self.list
    }
}
