//! The functions and constants that the blocks of a file give to what has a name in it.

use crate::facts::{FileFacts, Item, ItemId, ItemKind};

/// The function or constant `member` of a type of the file, in whichever block.
pub fn member_of(facts: &FileFacts, owner: &str, member: &str) -> Option<ItemId> {
    let all: Vec<ItemId> = members_of(facts, owner, member).map(|(id, _)| id).collect();
    // A method with a body before a trait's bare declaration of it.
    let has_body = |id: &&ItemId| facts.bodies.iter().any(|body| body.item == **id);
    all.iter().find(has_body).or(all.first()).copied()
}

/// The functions and constants `member` of what is called `owner` in a file.
pub(super) fn members_of<'f>(
    facts: &'f FileFacts,
    owner: &'f str,
    member: &'f str,
) -> impl Iterator<Item = (ItemId, &'f Item)> {
    let is_of = move |parent: ItemId| {
        let parent = &facts.items[parent.0 as usize];
        let inner = parent.name.strip_prefix('<').and_then(|name| name.strip_prefix(owner));
        *parent.name == *owner || inner.is_some_and(|rest| rest == ">" || rest.starts_with(" as "))
    };
    let fits = move |item: &Item| {
        *item.name == *member
            && matches!(item.kind, ItemKind::Function | ItemKind::Const)
            && item.parent.is_some_and(is_of)
    };
    (0..).map(ItemId).zip(&facts.items).filter(move |(_, item)| fits(item))
}
