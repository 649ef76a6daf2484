//! Colour or none; which part of a report has which colour.
//!
//! Whether there is colour at all is decided by whoever knows the terminal.

use anstyle::{AnsiColor, Effects, Style as Ansi};

/// Whether a report has colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// With ANSI escape sequences.
    Coloured,
}

/// A part of a report that has a colour of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// What fails a commit.
    Error,
    /// What could not be judged.
    Unjudged,
    /// What is only said.
    Note,
    /// A verdict that lets the commit pass.
    Pass,
    /// Line numbers, arrows, and what underlines the second place.
    Frame,
    /// What has to be seen first and is neither good nor bad.
    Strong,
}

impl Ink {
    fn ansi(self) -> Ansi {
        let bold = |colour: AnsiColor| colour.on_default().effects(Effects::BOLD);
        match self {
            Self::Error => bold(AnsiColor::BrightRed),
            Self::Unjudged => bold(AnsiColor::Yellow),
            Self::Note => bold(AnsiColor::BrightCyan),
            Self::Pass => bold(AnsiColor::BrightGreen),
            Self::Frame => bold(AnsiColor::BrightBlue),
            Self::Strong => Ansi::new().effects(Effects::BOLD),
        }
    }
}

impl Style {
    /// `text` in this colour, if there is any.
    pub(super) fn paint(self, ink: Ink, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Coloured => format!("{0}{text}{0:#}", ink.ansi()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_escape_sequences() {
        for ink in [Ink::Error, Ink::Unjudged, Ink::Note, Ink::Pass, Ink::Frame, Ink::Strong] {
            assert_eq!(Style::Plain.paint(ink, "x"), "x");
            let coloured = Style::Coloured.paint(ink, "x");
            assert!(coloured.starts_with("\u{1b}[1m") && coloured.ends_with("x\u{1b}[0m"), "{coloured:?}");
        }
    }
}
