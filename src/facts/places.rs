//! Two versions of a file that say the same of names and routes → where what the one holds stands in the other.
//!
//! What may differ is what no name and no route is made of: bodies of functions that register nothing, fields, comments. The types
//! that these name are told apart, for whoever can say what they mean: routes are followed through fields, too.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Body, CallId, ExprKind, FileFacts, Item, ItemId, ItemKind, PathKind, PathUse, Position, ScopeId,
};
use crate::basis::Site;

/// What a version of a file holds where the other holds it too, and the types that only one of them names.
#[derive(Debug, Default)]
pub struct Places {
    sites: BTreeMap<Site, Site>,
    /// Types that the second version names and the first does not, with the scope in which they are named.
    pub added: Vec<(ScopeId, Box<str>)>,
    /// Types that only the first version names.
    pub removed: Vec<(ScopeId, Box<str>)>,
}

impl Places {
    /// `None` where names or routes may be others. `is_idle` says of functions of the two versions whose bodies were kept, and differ,
    /// that they register nothing all the same.
    pub fn between(facts: (&FileFacts, &FileFacts), is_idle: &dyn Fn(&Body, &Body) -> bool) -> Option<Self> {
        let (before, now) = facts;
        let ((old, mut from), (new, mut to)) = (bare(before), bare(now));
        if old != new || before.bodies.len() != now.bodies.len() {
            return None;
        }
        for (before, now) in before.bodies.iter().zip(&now.bodies) {
            let ((old_body, old_sites), (new_body, new_sites)) = (bare_body(before), bare_body(now));
            // Of what a call in a body is told the expression holds only the beginning.
            if old_body == new_body && told(facts.0, before).eq(told(facts.1, now)) {
                from.extend(old_sites);
                to.extend(new_sites);
            } else if before.item != now.item || !is_idle(before, now) {
                return None;
            }
        }
        let mut sites = BTreeMap::new();
        for (from, to) in from.into_iter().zip(to) {
            // Something that stands in one place and then in two cannot be followed.
            if *sites.entry(from).or_insert(to) != to {
                return None;
            }
        }
        let (mut old, mut new) = (named(before), named(now));
        new.iter_mut().for_each(|(named, count)| *count -= old.get(named).copied().unwrap_or_default());
        old.retain(|named, _| !new.contains_key(named));
        let added = new.iter().filter(|(_, count)| **count > 0).map(|(named, _)| place(named));
        let fewer = new.iter().filter(|(_, count)| **count < 0).map(|(named, _)| place(named));
        let removed = fewer.chain(old.keys().map(place));
        let turned = turned(facts);
        let fields = |facts| fields(facts, &turned);
        Some(Self {
            sites,
            added: added.chain(fields(now)).collect(),
            removed: removed.chain(fields(before)).collect(),
        })
    }

    /// Where the second version has what the first has at `site`.
    pub fn site(&self, site: Site) -> Option<Site> {
        self.sites.get(&site).copied()
    }

    /// The line in the second version of what begins in a line of the first, if it is one.
    pub fn line(&self, line: u32) -> Option<u32> {
        let mut lines = self.sites.iter().filter(|(from, _)| from.line == line).map(|(_, to)| to.line);
        let first = lines.next()?;
        lines.all(|other| other == first).then_some(first)
    }
}

type Named<'f> = (&'f str, PathKind, Option<ItemId>, ScopeId);

fn place((path, _, _, scope): &Named<'_>) -> (ScopeId, Box<str>) {
    (*scope, (*path).into())
}

/// The types that a file names, with how often.
fn named(facts: &FileFacts) -> BTreeMap<Named<'_>, i64> {
    let mut found = BTreeMap::new();
    for path in facts.paths.iter().filter(|path| matches!(path.kind, PathKind::Type | PathKind::Impl)) {
        *found.entry((&*path.path, path.kind, path.item, path.scope)).or_default() += i64::from(path.count);
    }
    found
}

/// The types, and variants of types, that say something else of what is in them, or bear other attributes; both versions have the same.
fn turned((before, now): (&FileFacts, &FileFacts)) -> BTreeSet<ItemId> {
    let bears = |facts: &'_ FileFacts| -> BTreeSet<(Option<ItemId>, Box<str>)> {
        let attributes = facts.paths.iter().filter(|path| path.kind == PathKind::Attribute);
        attributes.map(|path| (path.item, path.path.clone())).collect()
    };
    let (old, new) = (bears(before), bears(now));
    let others: BTreeSet<ItemId> = old.symmetric_difference(&new).filter_map(|(item, _)| *item).collect();
    let items = (0..).map(ItemId).zip(before.items.iter().zip(&now.items));
    let is_type = |item: &Item| {
        matches!(item.kind, ItemKind::Struct | ItemKind::Enum | ItemKind::Union | ItemKind::Variant)
    };
    items
        .filter(|(id, (old, new))| is_type(new) && (old.tokens != new.tokens || others.contains(id)))
        .map(|(id, _)| id)
        .collect()
}

/// The types that these items name.
fn fields(facts: &FileFacts, of: &BTreeSet<ItemId>) -> Vec<(ScopeId, Box<str>)> {
    let is_of =
        |path: &&PathUse| path.kind == PathKind::Type && path.item.is_some_and(|item| of.contains(&item));
    facts.paths.iter().filter(is_of).map(|path| (path.scope, path.path.clone())).collect()
}

/// What a file says of names and routes, without places; and the places, in the same order.
fn bare(facts: &FileFacts) -> (FileFacts, Vec<Site>) {
    let mut sites = Vec::new();
    let mut take = |site: &mut Site| sites.push(std::mem::take(site));
    let is_alias = |path: &PathUse| {
        path.item.is_some_and(|item| facts.items[item.0 as usize].kind == ItemKind::TypeAlias)
    };
    let calls = facts.macro_calls.iter().filter(|call| call.position == Position::Item);
    let mut bare = FileFacts {
        scopes: facts.scopes.clone(),
        cfgs: facts.cfgs.clone(),
        items: facts.items.clone(),
        modules: facts.modules.clone(),
        imports: facts.imports.clone(),
        paths: facts.paths.iter().filter(|path| is_alias(path)).cloned().collect(),
        macro_calls: calls.cloned().collect(),
        macros: facts.macros.clone(),
        includes: facts.includes.clone(),
        bodies: Vec::new(),
        unread: facts.unread.clone(),
    };
    for item in &mut bare.items {
        [&mut item.site, &mut item.name_site].into_iter().for_each(&mut take);
        item.attributes.iter_mut().for_each(|attribute| take(&mut attribute.site));
        // What a path can be made of has to be the same.
        if !matches!(item.kind, ItemKind::Macro | ItemKind::Const | ItemKind::Static | ItemKind::TypeAlias) {
            item.tokens = 0;
        }
    }
    bare.modules.iter_mut().for_each(|module| take(&mut module.site));
    for import in &mut bare.imports {
        [&mut import.site, &mut import.statement].into_iter().for_each(&mut take);
    }
    bare.paths.iter_mut().for_each(|path| take(&mut path.site));
    for call in &mut bare.macro_calls {
        [&mut call.arguments_site, &mut call.name_site, &mut call.site].into_iter().for_each(&mut take);
    }
    bare.includes.iter_mut().for_each(|include| take(&mut include.site));
    bare.unread.iter_mut().for_each(|unread| take(&mut unread.site));
    (bare, sites)
}

/// What the calls of macros in a body are told.
fn told<'f>(facts: &'f FileFacts, body: &'f Body) -> impl Iterator<Item = (&'f str, &'f str)> {
    let calls = facts.macro_calls.iter().filter(|call| call.item == Some(body.item));
    calls.map(|call| (&*call.path, &*call.arguments))
}

/// What a function computes, without places; and the places.
fn bare_body(body: &Body) -> (Body, Vec<Site>) {
    let (mut body, mut sites) = (body.clone(), Vec::new());
    body.value.visit(&mut |expr| {
        sites.push(std::mem::take(&mut expr.site));
        if let ExprKind::Method { name_site, .. } = &mut expr.kind {
            sites.push(std::mem::take(name_site));
        } else if let ExprKind::Macro { call: Some(call), .. } = &mut expr.kind {
            // Calls are counted through the file.
            *call = CallId(0);
        }
    });
    (body, sites)
}
