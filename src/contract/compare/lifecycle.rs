//! Operations that went away, and those that are to: deprecation, sunset and stability.
//!
//! An operation that base marked `deprecated` may go: at once, or where it names a sunset, when that has come. How long a notice has
//! to be is not judged. An operation or field that base called `draft` or `alpha` (`x-stability-level`) promised nothing yet.

use super::gather::{Gathered, change};
use super::{Date, Side};
use crate::contract::document::Operation;

/// The levels of `x-stability-level`, from the one that promises least.
const LEVELS: [&str; 4] = ["draft", "alpha", "beta", "stable"];

/// Which of [`LEVELS`] it is, `stable` where nothing is said; `None` where it is none of them.
fn level(stability: Option<&str>) -> Option<usize> {
    let level = stability.unwrap_or("stable");
    LEVELS.iter().position(|known| *known == level)
}

/// Whether clients may rely on what is called so.
pub(super) fn is_promised(stability: Option<&str>) -> bool {
    !matches!(stability, Some("draft" | "alpha"))
}

/// An operation of base that head lacks; `whole` when head lacks its path.
pub(super) fn removed(gathered: &mut Gathered<'_>, operation: &Operation, whole: bool, today: Date) {
    let name = format!("`{} {}`", operation.method, operation.path);
    let pick = |path: &'static str, method: &'static str| if whole { path } else { method };
    let (id, breaks, words) = match (operation.deprecated, operation.sunset.as_deref()) {
        (false, _) => (
            pick("api-path-removed-without-deprecation", "api-removed-without-deprecation"),
            true,
            format!("{name} is gone, and was not deprecated"),
        ),
        (true, None) => (
            pick("api-path-removed-with-deprecation", "api-removed-with-deprecation"),
            false,
            format!("{name} is gone, and was deprecated"),
        ),
        (true, Some(sunset)) => match date(sunset) {
            None => (
                "api-path-sunset-parse",
                true,
                format!("{name} is gone, and its sunset `{sunset}` is no date"),
            ),
            Some(day) if today < day => (
                pick("api-path-removed-before-sunset", "api-removed-before-sunset"),
                true,
                format!("{name} is gone before its sunset `{sunset}`"),
            ),
            Some(_) => return,
        },
    };
    let found = change(id, breaks, Side::Operation, words).at(Some(operation.at), None);
    gathered.add_of(found, vec![(operation.method, operation.path.clone())]);
}

/// What is said of the end of an operation that is still there.
pub(super) fn kept(gathered: &mut Gathered<'_>, today: Date) {
    let Some((base, head)) = gathered.pair else { return };
    stability(gathered, base, head);
    if !head.deprecated {
        return;
    }
    let newly = !base.deprecated;
    let found = match (base.sunset.as_deref(), head.sunset.as_deref()) {
        (_, None) if newly => Some((
            "api-deprecated-sunset-missing",
            false,
            "it is deprecated, and no sunset is named".to_owned(),
        )),
        (Some(sunset), None) => {
            Some(("sunset-deleted", true, format!("its sunset `{sunset}` is no longer named")))
        }
        (_, None) => None,
        (before, Some(sunset)) if newly || before != Some(sunset) => match (date(sunset), before.map(date)) {
            (None, _) if newly => {
                Some(("api-deprecated-sunset-parse", true, format!("its sunset `{sunset}` is no date")))
            }
            (None, _) | (_, Some(None)) => Some((
                "api-path-sunset-parse",
                true,
                format!("its sunset `{sunset}` is no date, or was none"),
            )),
            (Some(day), _) if newly && day < today => {
                Some(("api-sunset-date-too-small", true, format!("its sunset `{sunset}` has passed already")))
            }
            (Some(day), Some(Some(earlier))) if day < earlier => {
                let words = format!("its sunset comes earlier than was promised: `{sunset}`");
                Some(("api-sunset-date-changed-too-small", day < today, words))
            }
            (Some(_), _) => None,
        },
        (_, Some(_)) => None,
    };
    if let Some((id, breaks, words)) = found {
        gathered.add(change(id, breaks, Side::Operation, words).at(Some(base.at), Some(head.at)));
    }
}

fn stability(gathered: &mut Gathered<'_>, base: &Operation, head: &Operation) {
    let ids = ["api-invalid-stability-level", "api-stability-decreased"];
    if let Some((id, breaks, words)) = sunk(base.stability.as_deref(), head.stability.as_deref(), ids) {
        gathered.add(change(id, breaks, Side::Operation, words).at(Some(base.at), Some(head.at)));
    }
}

/// What is said of a level that is none or promises less than it did; `ids`: of the one and of the other.
pub(super) fn sunk(
    base: Option<&str>,
    head: Option<&str>,
    [invalid, decreased]: [&'static str; 2],
) -> Option<(&'static str, bool, String)> {
    if base == head {
        return None;
    }
    let [before, now] = [base, head].map(|said| said.unwrap_or("stable"));
    match (level(base), level(head)) {
        (_, None) => {
            let levels = "`draft`, `alpha`, `beta` and `stable`";
            Some((invalid, true, format!("its stability `{now}` is none of {levels}")))
        }
        (None, Some(_)) => {
            Some((invalid, false, format!("its stability is `{now}`, and `{before}` was none")))
        }
        (Some(one), Some(two)) if two < one => {
            Some((decreased, true, format!("its stability is `{now}`, and was `{before}`")))
        }
        (Some(_), Some(_)) => None,
    }
}

/// The day that a sunset names: a date, or the date of a time (RFC 3339).
pub(super) fn date(text: &str) -> Option<Date> {
    let (day, time) = text.split_once(['T', 't']).map_or((text, None), |(day, time)| (day, Some(time)));
    if time.is_some_and(|time| !time.starts_with(|first: char| first.is_ascii_digit())) {
        return None;
    }
    let mut parts = day.split('-');
    let mut part = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then_some(part)
    };
    let (year, month, day) = (part(4)?.parse().ok()?, part(2)?.parse().ok()?, part(2)?.parse().ok()?);
    let ends = parts.next().is_none() && (1..=12).contains(&month) && (1..=31).contains(&day);
    ends.then_some((year, month, day))
}
