//! Report → workflow commands of GitHub Actions, which show findings beside the lines of a pull request.
//!
//! Only what the change introduces is annotated. A runner shows ten annotations per kind and step; the tenth says how many
//! more there are, and those still stand in the log. Text that others wrote cannot end a command or begin one.

use super::sources::{Source, Sources, file_name};
use super::untrusted::prose;
use super::{Failure, Report, Style, Weight, advice, fingerprint, human, summary};
use crate::basis::{Finding, Place, Position, RepoPath, Unjudged, Verdict};

/// How many annotations of one kind a runner shows for one step.
const SHOWN: usize = 10;

/// A workflow command per introduced finding, then the last line of the human report.
pub(super) fn report(report: &Report, _style: Style) -> String {
    let sources = Sources::new(&report.sources);
    let of_weight = |wanted: Weight| {
        let findings = report.findings.iter().filter(move |finding| report.weight(finding) == wanted);
        findings.map(|finding| annotation(level(wanted), finding, &sources)).collect::<Vec<_>>()
    };
    let open = report.unjudged.iter().filter(|place| report.is_open(place));
    let unjudged_level = if report.verdict == Verdict::Unjudged { Level::Error } else { Level::Warning };
    let unjudged: Vec<_> = open.map(|place| unjudged(unjudged_level, place)).collect();
    let (mut errors, mut warnings) = (of_weight(Weight::Error), Vec::new());
    match unjudged_level {
        Level::Error => errors.extend(unjudged),
        Level::Warning | Level::Notice => warnings.extend(unjudged),
    }
    let kinds =
        [(Level::Error, errors), (Level::Warning, warnings), (Level::Notice, of_weight(Weight::Note))];
    let commands: String = kinds.into_iter().map(|(level, commands)| capped(level, commands)).collect();
    let design = summary::design(report).map(|line| line + "\n").unwrap_or_default();
    format!("{commands}{design}{}\n", summary::verdict(report))
}

/// A workflow command for the failure, and one per error of a spec.
pub(super) fn failure(failure: &Failure, _style: Style) -> String {
    let mut message = vec![format!("gate could not {}: {}", failure.undone, prose(&failure.message))];
    message.extend(failure.help.iter().map(|help| format!("help: {}", prose(help))));
    let mut text = Command::new(Level::Error, "gate").line(&message);
    for error in &failure.errors {
        let mut message = vec![prose(&error.message)];
        message.extend(error.help.iter().map(|help| format!("help: {}", prose(help))));
        let range = Source::new(&error.text).range(error.span);
        text.push_str(&Command::new(Level::Error, "spec").at(&error.file, Some(range)).line(&message));
    }
    text
}

/// Text for people, wrapped so that the runner reads no command in it.
///
/// The token that ends the wrapping is made from the text and does not occur in it, so that no text can end it early.
pub fn shielded(text: &str) -> String {
    let token = token(text, fingerprint::of_text(text));
    format!("::stop-commands::{token}\n{text}::{token}::\n")
}

/// The first token from this number on that the text does not hold.
fn token(text: &str, first: u64) -> String {
    let mut tokens = (0_u64..).map(|attempt| format!("gate-{:016x}", first.wrapping_add(attempt)));
    tokens
        .find(|token| !text.contains(token.as_str()))
        .expect("a text of finite length holds finitely many tokens")
}

/// The kinds of annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

fn level(weight: Weight) -> Level {
    match weight {
        Weight::Error => Level::Error,
        Weight::Note | Weight::Standing | Weight::Resolved => Level::Notice,
    }
}

fn annotation(level: Level, finding: &Finding, sources: &Sources<'_>) -> String {
    let mut command = Command::new(level, finding.rule.0);
    if let Some(label) = finding.site.as_ref().or(finding.declared.as_ref()) {
        command = command.place(&label.place, sources);
    }
    let declared = finding.site.as_ref().and(finding.declared.as_ref());
    let mut message = vec![prose(&finding.message)];
    message.extend(declared.map(|label| {
        format!("spec: {} {}", sources.address(&label.place), prose(&label.text)).trim_end().to_owned()
    }));
    message.extend(finding.why.iter().map(|why| format!("why: {}", prose(why))));
    message.extend(finding.owner.iter().map(|owner| format!("owner: {}", prose(owner))));
    message.extend(human::allowed(finding).map(|allowed| format!("allowed: {allowed}")));
    message.extend(finding.help.iter().map(|help| format!("help: {}", prose(help))));
    message.push(format!("id: {}", fingerprint::id(finding)));
    command.line(&message)
}

fn unjudged(level: Level, place: &Unjudged) -> String {
    let start = (place.line > 0).then_some(Position { line: place.line, column: 1 });
    let mut message = vec![advice::meaning(place.reason).to_owned(), prose(&place.text)];
    message.retain(|line| !line.is_empty());
    message.push(format!("help: {}", advice::way_out(place.reason)));
    let title = format!("unjudged {}", place.reason.as_str());
    Command::new(level, &title).lines(&place.file, start.map(|start| start.line)).line(&message)
}

/// All commands; the tenth of more than ten says how many are left.
fn capped(level: Level, mut commands: Vec<String>) -> String {
    if commands.len() > SHOWN {
        let more = format!("{} more stand in the log of this step", commands.len() + 1 - SHOWN);
        commands.insert(SHOWN - 1, Command::new(level, "gate").line(&[more]));
    }
    commands.concat()
}

/// A workflow command while its properties are collected.
struct Command {
    out: String,
    title: String,
}

impl Command {
    fn new(level: Level, title: &str) -> Self {
        Self { out: format!("::{} ", level.as_str()), title: title.to_owned() }
    }

    fn place(self, place: &Place, sources: &Sources<'_>) -> Self {
        self.at(&place.file, sources.range(place))
    }

    /// The file, and the lines; columns only where they are of one line, which is where the runner reads them so.
    fn at(self, file: &RepoPath, range: Option<(Position, Position)>) -> Self {
        let mut command = self.lines(file, range.map(|(start, _)| start.line));
        if let Some((start, end)) = range {
            command.property("endLine", &end.line.to_string());
            if start.line == end.line {
                command.property("col", &start.column.to_string());
                command.property("endColumn", &end.column.to_string());
            }
        }
        command
    }

    fn lines(mut self, file: &RepoPath, line: Option<u32>) -> Self {
        self.property("file", &file_name(file));
        if let Some(line) = line {
            self.property("line", &line.to_string());
        }
        self
    }

    /// The whole command, ended by a newline.
    fn line(mut self, message: &[String]) -> String {
        let title = std::mem::take(&mut self.title);
        self.property("title", &title);
        let message: Vec<_> = message.iter().map(|line| line.replace('%', "%25")).collect();
        format!("{}::{}\n", self.out.trim_end_matches(','), message.join("%0A"))
    }

    fn property(&mut self, name: &str, value: &str) {
        let value = super::Untrusted(value).to_string();
        let value = value.replace('%', "%25").replace(':', "%3A").replace(',', "%2C");
        self.out.push_str(&format!("{name}={value},"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::basis::{Drift, Severity, Span};

    /// The commands in front of the last line.
    #[track_caller]
    fn check(report: &Report, expected: &[&str]) {
        let text = super::report(report, Style::Coloured);
        let lines: Vec<_> = text.lines().collect();
        let (last, commands) = lines.split_last().unwrap();
        assert_eq!(commands, expected);
        assert_eq!(*last, summary::verdict(report));
    }

    #[test]
    fn findings_are_annotations() {
        check(&samples::conforming(), &[]);
        check(
            &samples::deviating(vec![samples::finding(), samples::absence()]),
            &[
                "::error file=src/orders/cart.rs,line=3,endLine=3,col=5,endColumn=28,title=dependency-divergence::\
                 `orders` may not use `api`%0Aspec: specs/shop.toml:6:13 `orders` stands below `api`%0A\
                 why: Order rules. Knows no HTTP and no SQL.%0Aallowed: `orders` may use `billing`, `store`%0A\
                 help: pass the user's id in as an argument; `api` calls `orders`, not the other way round%0Aid: f4af7b44",
                "::error file=specs/shop.toml,line=2,endLine=2,col=8,endColumn=14,title=endpoint-absence::\
                 `POST /orders` is declared and no longer registered%0Aowner: @orders%0Aid: e32acb3e",
            ],
        );
    }

    #[test]
    fn only_what_is_introduced_is_annotated() {
        let note = |drift| {
            let mut report = samples::about("a.rs", "x\ny\n", Span::new(0, 3), "m");
            report.findings[0].severity = Severity::Note;
            report.findings[0].drift = drift;
            report.list_standing = true;
            report
        };
        let notice = "::notice file=a.rs,line=1,endLine=2,title=dependency-divergence::m%0Aid: f4af7b44";
        check(&note(Drift::Introduced), &[notice]);
        check(&note(Drift::Standing), &[]);
        check(&note(Drift::Resolved), &[]);
        let mut whole = note(Drift::Standing);
        whole.judging.base = None;
        check(&whole, &[notice]);
    }

    #[test]
    fn hostile_names_and_texts_forge_nothing() {
        check(
            &samples::about(
                "e\r\n::error::%0A,x:y.rs",
                "x",
                Span::new(0, 1),
                "100%\n::set-env::x ##[add-mask]\u{1b}",
            ),
            &["::error file=e\\r\\n%3A%3Aerror%3A%3A%250A%2Cx%3Ay.rs,line=1,endLine=1,col=1,endColumn=2,\
               title=dependency-divergence::100%25 ::set-env::x \\u{23}#[add-mask]\\u{1b}%0Aid: f4af7b44"],
        );
    }

    #[test]
    fn what_is_not_judged_fails_only_where_the_verdict_says_so() {
        let mut report = Report { unjudged: samples::unjudged(), ..samples::conforming() };
        let rest = "file=src/api/mod.rs,line=9,title=unjudged dynamic-route::a route whose path, prefix or handler \
                    cannot be read from the code%0A.route(&path, get(show))%0A\
                    help: register the route with a literal path and a named function";
        check(&report, &[&format!("::warning {rest}")]);
        report.verdict = Verdict::Unjudged;
        check(&report, &[&format!("::error {rest}")]);
        report.unjudged[0].line = 0;
        report.unjudged[0].text.clear();
        let rest = "file=src/api/mod.rs,title=unjudged dynamic-route::a route whose path, prefix or handler \
                    cannot be read from the code%0Ahelp: register the route with a literal path and a named function";
        check(&report, &[&format!("::error {rest}")]);
    }

    #[test]
    fn the_tenth_annotation_says_how_many_are_left() {
        #[track_caller]
        fn check(number: usize, tenth: &str) {
            let text = super::report(&samples::deviating(vec![samples::absence(); number]), Style::Plain);
            assert_eq!(text.matches("title=endpoint-absence").count(), number, "{text}");
            assert!(text.lines().nth(SHOWN - 1).unwrap().starts_with(tenth), "{text}");
        }
        check(10, "::error file=specs/shop.toml");
        check(11, "::error title=gate::2 more stand in the log of this step");
    }

    #[test]
    fn no_text_ends_its_own_shield() {
        #[track_caller]
        fn check(text: &str, token: &str) {
            assert_eq!(shielded(text), format!("::stop-commands::{token}\n{text}::{token}::\n"));
        }
        check("foobar", "gate-85944171f73967e8");
        check("", "gate-cbf29ce484222325");
        assert_eq!(
            token("::gate-ffffffffffffffff:: ::gate-0000000000000000::", u64::MAX),
            "gate-0000000000000001"
        );
    }

    #[test]
    fn a_failure_is_an_annotation() {
        let expected = "::error title=gate::gate could not judge this change: the spec has 1 error%0A\
                        help: gate schema spec\n\
                        ::error file=specs/shop.toml,line=6,endLine=6,col=1,endColumn=7,title=spec::\
                        unknown key `layers`%0Ahelp: did you mean `layer`?\n";
        assert_eq!(failure(&samples::failure(), Style::Plain), expected);
    }
}
