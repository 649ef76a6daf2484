//! The clock, or `GATE_TODAY` in its place → today's date in UTC.
//!
//! It is the only clock of a run, and only the expiry of waivers is measured with it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

/// The variable that sets the date, so that a run can be repeated.
const VARIABLE: &str = "GATE_TODAY";

/// A year, a month from 1 and a day from 1.
pub(crate) type Date = (u16, u8, u8);

/// Today.
pub(crate) fn today() -> Result<Date> {
    match std::env::var_os(VARIABLE) {
        Some(text) if !text.is_empty() => {
            let date = text.to_str().and_then(parse);
            date.with_context(|| {
                format!("{VARIABLE} is not a date of the form YYYY-MM-DD: {}", text.display())
            })
        }
        Some(_) | None => Ok(of(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())),
    }
}

fn parse(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let &[year, month, day] = parts.as_slice() else { return None };
    let is_number =
        |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(year, 4) || !is_number(month, 2) || !is_number(day, 2) {
        return None;
    }
    let (year, month, day): Date = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    ((1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day)).then_some((year, month, day))
}

/// The date so long after the beginning of 1970, in UTC.
fn of(since_epoch: Duration) -> Date {
    let mut days = since_epoch.as_secs() / 86_400;
    let mut year = 1970;
    while year < u16::MAX && days >= days_in_year(year) {
        days -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    while month < 12 && days >= u64::from(days_in(year, month)) {
        days -= u64::from(days_in(year, month));
        month += 1;
    }
    let last = days_in(year, month);
    (year, month, u8::try_from(days + 1).unwrap_or(last).min(last))
}

fn days_in_year(year: u16) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_dates() {
        #[track_caller]
        fn check(seconds: u64, expected: Date) {
            assert_eq!(of(Duration::from_secs(seconds)), expected);
        }
        check(0, (1970, 1, 1));
        check(86_399, (1970, 1, 1));
        check(86_400, (1970, 1, 2));
        check(951_782_400, (2000, 2, 29));
        check(951_868_800, (2000, 3, 1));
        check(1_735_689_599, (2024, 12, 31));
        check(1_735_689_600, (2025, 1, 1));
        check(4_107_542_400, (2100, 3, 1));
        check(u64::MAX, (u16::MAX, 12, 31));
    }

    #[test]
    fn dates_are_read_strictly() {
        #[track_caller]
        fn check(text: &str, expected: Option<Date>) {
            assert_eq!(parse(text), expected);
        }
        check("2026-02-28", Some((2026, 2, 28)));
        check("2028-02-29", Some((2028, 2, 29)));
        check("2026-02-29", None);
        check("2026-13-01", None);
        check("2026-00-01", None);
        check("2026-01-00", None);
        check("2026-1-1", None);
        check("+026-01-01", None);
        check("2026-01-01-", None);
        check("", None);
    }
}
