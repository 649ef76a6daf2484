//! Where output goes: standard output, the error stream, files; and whether it has colour.
//!
//! A reader that stops reading (`gate check | head`) changes no exit code. An answer that could not be written is none.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use anyhow::{Context as _, Result};
use gate::report::{Failure, HUMAN, Style};

use super::args::Colour;

/// The streams of this process, with the user's wish for colour.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Output {
    colour: Colour,
}

impl Output {
    pub(crate) fn new(colour: Colour) -> Self {
        Self { colour }
    }

    /// The style of text for people on standard output.
    pub(crate) fn style(self) -> Style {
        style(self.choice(AutoStream::choice(&io::stdout())))
    }

    /// The style of text for people on the error stream.
    pub(crate) fn error_style(self) -> Style {
        style(self.choice(AutoStream::choice(&io::stderr())))
    }

    /// Writes to standard output; fails unless that was possible or nobody reads any more.
    pub(crate) fn print(self, text: &str) -> Result<()> {
        let choice = self.choice(AutoStream::choice(&io::stdout()));
        write(AutoStream::new(io::stdout().lock(), choice), text)
            .context("could not write to standard output")
    }

    /// Writes to standard output; the exit code is 0 when that was possible.
    pub(crate) fn answer(self, text: &str) -> Result<u8> {
        self.print(text).map(|()| 0)
    }

    /// Writes a failure for people to the error stream.
    pub(crate) fn failure(self, failure: &Failure) {
        self.error(&(HUMAN.failure)(failure, self.error_style()));
    }

    /// Writes to the error stream, as far as that is possible.
    pub(crate) fn error(self, text: &str) {
        let choice = self.choice(AutoStream::choice(&io::stderr()));
        // There is no third stream to complain on.
        let _ = write(AutoStream::new(io::stderr().lock(), choice), text);
    }

    fn choice(self, detected: ColorChoice) -> ColorChoice {
        match self.colour {
            Colour::Auto => detected,
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
        }
    }
}

/// Writes a file, replacing what stood there.
pub(crate) fn file(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("could not write {}", path.display()))
}

fn style(choice: ColorChoice) -> Style {
    match choice {
        ColorChoice::Always | ColorChoice::AlwaysAnsi => Style::Coloured,
        ColorChoice::Auto | ColorChoice::Never => Style::Plain,
    }
}

fn write(mut stream: impl Write, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_a_closed_pipe_is_no_error() {
        #[track_caller]
        fn check(kind: ErrorKind, expected: Result<(), ErrorKind>) {
            assert_eq!(write(Failing(kind), "x").map_err(|error| error.kind()), expected);
        }
        check(ErrorKind::BrokenPipe, Ok(()));
        check(ErrorKind::StorageFull, Err(ErrorKind::StorageFull));
    }
}
