//! Where the TOML of an API says something else of an operation than the document that it links: it may say more exactly what is
//! promised, and may not take it back.

use super::exchange::{self, Difference, Shown};
use super::promise::{Documented, Promise, place};
use crate::contract::Document;
use crate::spec::{Api, At, Design};

/// Each contradiction, with the line of the TOML and what it is.
pub fn contradictions(
    design: &Design,
    api: &Api,
    (promise, document): (&Promise, &Document),
) -> Vec<(At, String)> {
    let types = &promise.contract.types;
    let documented = Documented::new(api, Some(document));
    let mut found = Vec::new();
    for (endpoint, operation) in api.endpoints.iter().zip(&promise.contract.operations) {
        // An endpoint of which the TOML says nothing more is the document's own.
        if endpoint.query.is_none() && endpoint.request.is_none() && endpoint.responses.is_none() {
            continue;
        }
        let Some(written) = documented.of(endpoint) else { continue };
        let refined = Shown { exchange: &operation.exchange, accepts: types, emits: types };
        let compared = exchange::exchange((&written.exchange, types), refined, false);
        for mismatch in compared.mismatches.into_iter().filter(|mismatch| mismatch.breaks) {
            let at = mismatch.shown.and_then(|spot| place(design, types, spot)).unwrap_or(endpoint.at);
            let pointer = match mismatch.pointer.as_str() {
                "" => String::new(),
                pointer => format!(" at `{pointer}`"),
            };
            found.push((
                at,
                format!(
                    "`{} {}` contradicts the document in its {}{pointer}: {}",
                    endpoint.method,
                    endpoint.path,
                    mismatch.part.as_str(),
                    words(&mismatch.what)
                ),
            ));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn words(what: &Difference) -> String {
    match what {
        Difference::Type(there, here) | Difference::Media(there, here) => {
            format!("it is {there} there, and {here} here")
        }
        Difference::Choices(values) => format!("only one of the two knows {}", values.join(", ")),
        Difference::Status(status) => format!("{status} is not promised there"),
        Difference::Missing => "it is promised there".to_owned(),
        Difference::Renamed(name) => format!("it is called `{name}` here"),
        Difference::MayBeAbsent => "it is always there, says the document".to_owned(),
        Difference::Null => "only one of the two lets it be null".to_owned(),
        Difference::Required => "clients may leave it out there".to_owned(),
        Difference::Undeclared | Difference::Refused | Difference::NotRead | Difference::Unclear(_) => {
            "it is promised otherwise".to_owned()
        }
    }
}
