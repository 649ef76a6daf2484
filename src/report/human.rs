//! Report → text for people: each finding with the code, the line of the spec that it contradicts, reasons and ways out.

use super::snippet::{Mark, Rows, last_line, single};
use super::sources::{Source, Sources, file_name};
use super::style::Ink;
use super::{Failure, Report, Style, Untrusted, Weight, advice, concise, fingerprint, prose, summary};
use crate::basis::{Drift, Finding, Label, Origin, Place, Span, Unjudged, Verdict};

/// Two labels of one file that are so few lines apart stand in one snippet.
const NEAR: u32 = 8;
/// How many names or places of one list are printed.
const LISTED: usize = 12;

/// The whole report: what was judged, a block per finding, the verdict.
pub(super) fn report(report: &Report, style: Style) -> String {
    let sources = Sources::new(&report.sources);
    let mut text = style.paint(Ink::Strong, &summary::judging(report)) + "\n";
    text.extend(summary::design(report).map(|line| line + "\n"));
    let mut has_blocks = false;
    for (weight, finding) in report.listed().filter(|(weight, _)| *weight != Weight::Resolved) {
        has_blocks = true;
        text.push('\n');
        text.push_str(&block(report, weight, finding, &sources, style));
    }
    let (open, other): (Vec<_>, Vec<_>) = report.unjudged.iter().partition(|place| report.is_open(place));
    for place in open {
        has_blocks = true;
        text.push('\n');
        text.push_str(&unjudged(place, &sources, style));
    }
    if report.list_standing && !other.is_empty() {
        has_blocks = true;
        text.push('\n');
        other.iter().for_each(|place| text.push_str(&(concise::unjudged(place, report.is_whole()) + "\n")));
    }
    let resolved = resolved(report, &sources);
    if !resolved.is_empty() {
        has_blocks = true;
        text.push_str(&format!("\n{}\n{resolved}", style.paint(Ink::Note, "resolved by this change:")));
    }
    if has_blocks {
        text.push('\n');
    }
    for note in &report.notes {
        text.push_str(&format!("{}: {}\n", style.paint(Ink::Note, "note"), prose(note)));
    }
    let ink = match report.verdict {
        Verdict::Conforms => Ink::Pass,
        Verdict::Deviates => Ink::Error,
        Verdict::Unjudged => Ink::Unjudged,
    };
    text + &style.paint(ink, &summary::verdict(report)) + "\n"
}

/// What the change took away, a line each: where it was, the rule, who used what.
fn resolved(report: &Report, sources: &Sources<'_>) -> String {
    let all: Vec<&Finding> =
        report.findings.iter().filter(|finding| report.weight(finding) == Weight::Resolved).collect();
    let shown = if report.list_standing { all.len() } else { all.len().min(LISTED) };
    let mut text = String::new();
    for finding in &all[..shown] {
        let place = finding.site.as_ref().or(finding.declared.as_ref()).map(|label| &label.place);
        let at = place.map(|place| sources.address(place) + " ").unwrap_or_default();
        let ends = match (&finding.subject.from_item, &finding.subject.to_item) {
            (Some(from), Some(to)) => format!(" ({} → {})", prose(from), prose(to)),
            _ => String::new(),
        };
        text.push_str(&format!("  {at}{}: {}{}\n", finding.rule, prose(&finding.message), ends));
    }
    if shown < all.len() {
        text.push_str(&format!("  and {} more; `--standing` lists them\n", all.len() - shown));
    }
    text
}

/// The block of one finding of a report, as the human format prints it.
pub fn finding(report: &Report, finding: &Finding, style: Style) -> String {
    block(report, report.weight(finding), finding, &Sources::new(&report.sources), style)
}

/// What could not be done and why; each error of a spec with its line; how to go on.
pub(super) fn failure(failure: &Failure, style: Style) -> String {
    let lead = style.paint(Ink::Error, &format!("gate could not {}:", failure.undone));
    let mut text = format!("{lead} {}\n", prose(&failure.message));
    for error in &failure.errors {
        let mark = Mark { span: error.span, label: String::new(), ink: Ink::Error };
        let mut rows = single(&error.file, &Source::new(&error.text), &mark, style);
        if let Some(help) = &error.help {
            rows.footer("help", &prose(help));
        }
        text.push_str(&format!("\n{}{}", title(Weight::Error, None, &error.message, style), rows.finish()));
    }
    if !failure.errors.is_empty() && !failure.help.is_empty() {
        text.push('\n');
    }
    for help in &failure.help {
        text.push_str(&format!("{} {}\n", style.paint(Ink::Note, "help:"), prose(help)));
    }
    text
}

fn block(report: &Report, weight: Weight, finding: &Finding, sources: &Sources<'_>, style: Style) -> String {
    let title = title(weight, Some(finding.rule.0), &finding.message, style);
    if weight == Weight::Resolved {
        return title;
    }
    let site = finding.site.as_ref().map(|label| (label, site_label(report, finding, label), ink(weight)));
    let declared_ink = if site.is_none() { ink(weight) } else { Ink::Frame };
    let declared = finding.declared.as_ref().map(|label| (label, prose(&label.text), declared_ink));
    let snippets = Snippets::new(site.into_iter().chain(declared));
    let mut rows = Rows::new(style, snippets.last_line(sources));
    snippets.print(&mut rows, sources);
    footers(&mut rows, finding, sources);
    title + &rows.finish()
}

/// `error[rule]: message`.
fn title(weight: Weight, rule: Option<&str>, message: &str, style: Style) -> String {
    let rule = rule.map(|rule| format!("[{}]", Untrusted(rule))).unwrap_or_default();
    let level = style.paint(ink(weight), &format!("{}{rule}", weight.as_str()));
    format!("{level}{}\n", style.paint(Ink::Strong, &format!(": {}", prose(message))))
}

fn ink(weight: Weight) -> Ink {
    match weight {
        Weight::Error => Ink::Error,
        Weight::Note | Weight::Standing | Weight::Resolved => Ink::Note,
    }
}

/// What stands under the code: the rule's words, or else what the change has to do with it.
fn site_label(report: &Report, finding: &Finding, label: &Label) -> String {
    let text = prose(&label.text);
    let drift = match finding.site_drift.unwrap_or(finding.drift) {
        Drift::Introduced if report.is_whole() => "",
        Drift::Introduced => "introduced by this change",
        Drift::Standing => "stood here before this change",
        Drift::Resolved => "gone with this change",
    };
    [drift, &text].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn footers(rows: &mut Rows, finding: &Finding, sources: &Sources<'_>) {
    let mut footer = |name: &str, text: Option<String>| {
        if let Some(text) = text {
            rows.footer(name, &text);
        }
    };
    footer("why", finding.why.as_deref().map(prose));
    footer("owner", finding.owner.as_deref().map(prose));
    footer("see", finding.see.as_deref().map(prose));
    footer("was", finding.subject.was.as_deref().map(|was| format!("{} in base", quoted(was))));
    footer("reached", reached(finding));
    footer("affects", listed(finding.subject.affects.iter().map(|name| quoted(name)).collect()));
    footer("allowed", allowed(finding));
    for help in &finding.help {
        footer("help", Some(prose(help)));
    }
    footer("also", also(finding, sources));
    footer("id", Some(format!("{} · gate explain {}", fingerprint::id(finding), Untrusted(finding.rule.0))));
}

/// `` `GET /orders` → `shop::api::list` → `Order` ``.
fn reached(finding: &Finding) -> Option<String> {
    let steps: Vec<String> = finding.subject.reached.iter().map(|step| quoted(step)).collect();
    (!steps.is_empty()).then(|| steps.join(" → "))
}

/// `` `orders` may use `billing`, `store` ``, or the names alone where no module uses another.
pub(super) fn allowed(finding: &Finding) -> Option<String> {
    let names = finding.allowed.iter().map(|name| quoted(name)).collect();
    let names = listed(names)?;
    match (&finding.subject.from, &finding.subject.to) {
        (Some(from), Some(_)) => Some(format!("{} may use {names}", quoted(from))),
        (None, _) | (_, None) => Some(names),
    }
}

/// Further places, without those that the label of the site already names.
fn also(finding: &Finding, sources: &Sources<'_>) -> Option<String> {
    let site = finding.site.as_ref();
    let is_named = |place: &Place| {
        let line = sources.range(place).map(|(start, _)| format!("(line {})", start.line));
        line.is_some_and(|line| {
            site.is_some_and(|site| site.place.file == place.file && site.text.contains(&line))
        })
    };
    let places = finding.also.iter().filter(|place| !is_named(place)).map(|place| sources.address(place));
    listed(places.collect())
}

fn listed(mut names: Vec<String>) -> Option<String> {
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(names.join(", ")),
        (false, more) => Some(format!("{} and {more} more", names.join(", "))),
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", prose(name))
}

/// The snippets of one block in the order in which they are printed; labels near each other share one.
struct Snippets<'a> {
    labels: Vec<(&'a Place, Mark)>,
}

impl<'a> Snippets<'a> {
    fn new(labels: impl Iterator<Item = (&'a Label, String, Ink)>) -> Self {
        let labels = labels
            .map(|(label, text, ink)| (&label.place, Mark { span: label.place.span, label: text, ink }))
            .collect();
        Self { labels }
    }

    fn last_line(&self, sources: &Sources<'_>) -> u32 {
        let lines = self.labels.iter().filter_map(|(place, mark)| {
            sources.get(place.origin, &place.file).map(|source| last_line(source, mark.span))
        });
        lines.max().unwrap_or(0)
    }

    fn print(&self, rows: &mut Rows, sources: &Sources<'_>) {
        let mut arrow = "-->";
        for group in self.labels.chunk_by(|(one, _), (next, _)| are_near(one, next, sources)) {
            let Some((place, _)) = group.first() else { continue };
            rows.header(arrow, &sources.address(place));
            rows.gap();
            if let Some(source) = sources.get(place.origin, &place.file) {
                let marks: Vec<_> = group.iter().map(|(_, mark)| mark.clone()).collect();
                rows.code(source, &marks);
                rows.gap();
            }
            arrow = ":::";
        }
    }
}

fn are_near(one: &Place, next: &Place, sources: &Sources<'_>) -> bool {
    let is_same = one.origin == next.origin && one.file == next.file;
    let lines = sources.range(one).zip(sources.range(next));
    is_same && lines.is_some_and(|((one, _), (next, _))| one.line.abs_diff(next.line) <= NEAR)
}

fn unjudged(place: &Unjudged, sources: &Sources<'_>, style: Style) -> String {
    let reason = place.reason.as_str();
    let level = style.paint(Ink::Unjudged, &format!("unjudged[{reason}]"));
    let title = style.paint(Ink::Strong, &format!(": {}", advice::meaning(place.reason)));
    let source = sources.get(Origin::Head, &place.file);
    let start = source.and_then(|source| source.lines().start(place.line).map(|start| (source, start)));
    let mut rows = match start {
        Some((source, start)) => {
            let span = text_of_line(source.text, start as usize);
            single(&place.file, source, &Mark { span, label: String::new(), ink: Ink::Unjudged }, style)
        }
        None => {
            let mut rows = Rows::new(style, place.line);
            let line = if place.line == 0 { String::new() } else { format!(":{}", place.line) };
            rows.header("-->", &(file_name(&place.file) + &line));
            rows.gap();
            rows
        }
    };
    if !place.text.trim().is_empty() {
        rows.footer("text", &prose(&place.text));
    }
    rows.footer("help", advice::way_out(place.reason));
    format!("{level}{title}\n{}", rows.finish())
}

/// The line that begins at `start`, without the white space around it.
fn text_of_line(text: &str, start: usize) -> Span {
    let line = text[start..].lines().next().unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    Span::new(start + indent, start + indent + line.trim().len())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::samples;
    use super::*;
    use crate::basis::{RepoPath, Severity};

    const FIRST: &str = "judging HEAD~1 → index: 4 files, specs/ (3 files)\n";
    const SEEN: &str =
        "4 files judged, 212 dependencies, 19 endpoints; 2 standing, 1 resolved, 0 not judged\n";

    /// What stands between the first and the last line.
    #[track_caller]
    fn check(report: &Report, expected: &str) {
        let text = super::report(report, Style::Plain);
        let middle = text.strip_prefix(FIRST).and_then(|text| text.rsplit_once("gate: ")).unwrap().0;
        assert_eq!(middle.trim_matches('\n'), expected.trim_matches('\n'), "\n{text}");
        assert!(text.lines().all(|line| line.trim_end() == line), "white space at the end of a line");
    }

    #[test]
    fn a_conforming_run_is_two_lines() {
        let text = report(&samples::conforming(), Style::Plain);
        assert_eq!(text, format!("{FIRST}gate: conforms; {SEEN}"));
    }

    #[test]
    fn a_finding_shows_both_ends() {
        let text = report(&samples::deviating(vec![samples::finding()]), Style::Plain);
        let expected = "
error[dependency-divergence]: `orders` may not use `api`
  --> src/orders/cart.rs:3:5
   |
 3 | use crate::api::CurrentUser;
   |     ^^^^^^^^^^^^^^^^^^^^^^^ introduced by this change, used in `total` (line 40)
   |
  ::: specs/shop.toml:6:13
   |
 6 | layers   = [\"api\", [\"orders\", \"billing\"], \"store\"]
   |             ----- `orders` stands below `api`
   |
   = why: Order rules. Knows no HTTP and no SQL.
   = allowed: `orders` may use `billing`, `store`
   = help: pass the user's id in as an argument; `api` calls `orders`, not the other way round
   = id: f4af7b44 · gate explain dependency-divergence
";
        assert_eq!(text, format!("{FIRST}{expected}\ngate: 1 introduced deviation; {SEEN}"));
    }

    #[test]
    fn an_absence_shows_what_is_declared() {
        check(
            &samples::deviating(vec![samples::absence()]),
            "
error[endpoint-absence]: `POST /orders` is declared and no longer registered
  --> specs/shop.toml:2:8
   |
 2 | name = \"shop\"
   |        ^^^^^^ declared here
   |
   = owner: @orders
   = see: docs/adr-7.md
   = id: e32acb3e · gate explain endpoint-absence
",
        );
    }

    #[test]
    fn labels_near_each_other_share_a_snippet() {
        let mut finding = Finding { why: None, allowed: Vec::new(), help: Vec::new(), ..samples::absence() };
        finding.owner = None;
        finding.see = Some("a\u{1b}[2J".to_owned());
        finding.subject.was = Some("old".to_owned());
        finding.site = Some(samples::label(
            Origin::Spec,
            "specs/shop.toml",
            samples::span(samples::SPEC, "\"store\""),
            "this entry",
        ));
        check(
            &samples::deviating(vec![finding]),
            "
error[endpoint-absence]: `POST /orders` is declared and no longer registered
  --> specs/shop.toml:6:43
   |
 2 | name = \"shop\"
   |        ------ declared here
...
 6 | layers   = [\"api\", [\"orders\", \"billing\"], \"store\"]
   |                                           ^^^^^^^ introduced by this change, this entry
   |
   = see: a\\u{1b}[2J
   = was: `old` in base
   = id: e32acb3e · gate explain endpoint-absence
",
        );
    }

    #[test]
    fn without_any_place_there_are_words() {
        let finding = Finding { declared: None, owner: None, see: None, ..samples::absence() };
        check(
            &samples::deviating(vec![finding]),
            "
error[endpoint-absence]: `POST /orders` is declared and no longer registered
   = id: e32acb3e · gate explain endpoint-absence
",
        );
    }

    #[test]
    fn a_place_whose_text_is_missing_is_named() {
        let mut report = samples::about("src/a.rs", "x", Span::new(0, 1), "m");
        report.sources.clear();
        check(
            &report,
            "
error[dependency-divergence]: m
  --> src/a.rs
   |
   = id: f4af7b44 · gate explain dependency-divergence
",
        );
    }

    #[test]
    fn hostile_names_and_texts_forge_nothing() {
        let file = "src/e\n::error::\u{1b}[31m\u{202e}.rs";
        let report =
            samples::about(file, "let x = \"\u{202e}\u{1b}\"; // ##[x]\n", Span::new(4, 5), "a\nb\u{9b}c");
        check(
            &report,
            "
error[dependency-divergence]: a b\\u{9b}c
  --> src/e\\n::error::\\u{1b}[31m\\u{202e}.rs:1:5
   |
 1 | let x = \"\\u{202e}\\u{1b}\"; // \\u{23}#[x]
   |     ^ introduced by this change, here
   |
   = id: f4af7b44 · gate explain dependency-divergence
",
        );
    }

    #[test]
    fn standing_findings_are_listed_when_asked_for() {
        let standing = Finding { drift: Drift::Standing, site: None, ..samples::absence() };
        let resolved = Finding { drift: Drift::Resolved, severity: Severity::Note, ..samples::finding() };
        let mut report = Report { findings: vec![standing, resolved], ..samples::conforming() };
        report.unjudged = samples::unjudged().split_off(1);
        check(
            &report,
            "
resolved by this change:
  src/orders/cart.rs:3:5 dependency-divergence: `orders` may not use `api` (shop::orders::cart → shop::api::CurrentUser)",
        );
        report.list_standing = true;
        check(
            &report,
            "
standing[endpoint-absence]: `POST /orders` is declared and no longer registered
  --> specs/shop.toml:2:8
   |
 2 | name = \"shop\"
   |        ^^^^^^ declared here
   |
   = owner: @orders
   = see: docs/adr-7.md
   = id: e32acb3e · gate explain endpoint-absence

src/api/mod.rs:12: unjudged[syntax] (standing) fn (
src/api/mod.rs:20: unjudged[opaque-response] `impl IntoResponse`

resolved by this change:
  src/orders/cart.rs:3:5 dependency-divergence: `orders` may not use `api` (shop::orders::cart → shop::api::CurrentUser)
",
        );
    }

    #[test]
    fn what_could_not_be_judged_says_what_to_do() {
        let mut report = Report { unjudged: samples::unjudged(), ..samples::conforming() };
        report.verdict = Verdict::Unjudged;
        let file = RepoPath::from("src/api/mod.rs");
        let expected = |code: &str| {
            format!(
                "
unjudged[dynamic-route]: a route whose path, prefix or handler cannot be read from the code
  --> src/api/mod.rs:9{code}
   |
   = text: .route(&path, get(show))
   = help: register the route with a literal path and a named function
"
            )
        };
        check(&report, &expected(""));
        let text = "\n".repeat(8) + "\t.route(&path, get(show))  \n";
        report.sources.insert((Origin::Head, file), Arc::from(text));
        let code = "\n   |\n 9 |     .route(&path, get(show))\n   |     ^^^^^^^^^^^^^^^^^^^^^^^^";
        check(&report, &expected(&format!(":2{code}")));
    }

    #[test]
    fn long_lists_are_cut() {
        let mut report = samples::about("a.rs", "x\ny\n", Span::new(0, 1), "m");
        report.findings[0].allowed = (0..14).map(|number| format!("m{number}")).collect();
        report.findings[0].also = vec![
            samples::place(Origin::Head, "a.rs", Span::new(2, 3)),
            samples::place(Origin::Base, "b", Span::default()),
        ];
        report.findings[0].site.as_mut().unwrap().text.clear();
        report.notes = vec!["base has no\nspec".to_owned()];
        check(
            &report,
            "
error[dependency-divergence]: m
  --> a.rs:1:1
   |
 1 | x
   | ^ introduced by this change
   |
   = allowed: `orders` may use `m0`, `m1`, `m2`, `m3`, `m4`, `m5`, `m6`, `m7`, `m8`, `m9`, `m10`, `m11` and 2 more
   = also: a.rs:2:1, b
   = id: f4af7b44 · gate explain dependency-divergence

note: base has no spec
",
        );
    }

    #[test]
    fn a_failure_says_what_could_not_be_done() {
        #[track_caller]
        fn check(failure: &Failure, expected: &str) {
            assert_eq!(super::failure(failure, Style::Plain), expected.trim_start());
        }
        let failure = samples::failure();
        check(
            &failure,
            "
gate could not judge this change: the spec has 1 error

error: unknown key `layers`
  --> specs/shop.toml:6:1
   |
 6 | layers   = [\"api\", [\"orders\", \"billing\"], \"store\"]
   | ^^^^^^
   |
   = help: did you mean `layer`?

help: gate schema spec
",
        );
        check(
            &Failure { errors: Vec::new(), message: "no spec\n::x::".to_owned(), ..failure },
            "
gate could not judge this change: no spec ::x::
help: gate schema spec
",
        );
    }

    #[test]
    fn colour_changes_nothing_else() {
        let mut report = samples::deviating(vec![samples::finding(), samples::absence()]);
        report.unjudged = samples::unjudged();
        let plain = super::report(&report, Style::Plain);
        let coloured = super::report(&report, Style::Coloured);
        assert_ne!(plain, coloured);
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    }
}
