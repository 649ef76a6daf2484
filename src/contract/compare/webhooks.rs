//! What the API calls its clients with: there the clients take and the API gives.
//!
//! What they answer is not compared.

use super::Side;
use super::bodies;
use super::gather::{Gathered, change};
use crate::basis::wire::{Body, Content, Presence};
use crate::contract::document::Webhook;

/// Compares the webhooks of two documents.
pub(super) fn compare(gathered: &mut Gathered<'_>) {
    let (base, head) = (gathered.base, gathered.head);
    for known in &base.webhooks {
        let side = Side::Webhook(known.name.clone());
        let name = format!("the webhook `{}`", known.name);
        let is_same = |other: &&Webhook| other.name == known.name && other.method == known.method;
        let Some(other) = head.webhooks.iter().find(is_same) else {
            let gone = change("webhook-removed", true, side, format!("{name} is gone"));
            gathered.add(gone.at(Some(known.at), None));
            continue;
        };
        let Body::Content { presence: before, contents } = &known.request else { continue };
        let (now, presence): (&[Content], _) = match &other.request {
            Body::Content { presence, contents } => (contents, *presence),
            Body::Empty => (&[], Presence::Optional),
            Body::Unsaid | Body::Unknown(_) => continue,
        };
        if *before == Presence::Required && presence == Presence::Optional && !now.is_empty() {
            let words = format!("{name} may come without a body");
            let found = change("request-body-became-optional", true, side.clone(), words);
            gathered.add(found.at(Some(known.at), Some(other.at)));
        }
        gathered.met.clear();
        bodies::given(gathered, (&side, &name), contents, (now, other.at));
    }
}
