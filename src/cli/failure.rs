//! Panics of the library → errors like any other.

use std::panic::{self, AssertUnwindSafe};

use gate::{CheckError, ErrorKind};

/// Calls the library; a panic inside it is an error like any other.
pub(crate) fn guarded<T>(call: impl FnOnce() -> Result<T, CheckError>) -> Result<T, CheckError> {
    caught(call).unwrap_or_else(|panic| {
        Err(CheckError {
            kind: ErrorKind::Internal,
            message: panic,
            help: vec!["please report this with the command that you ran".to_owned()],
            spec_errors: Vec::new(),
        })
    })
}

/// The result of `call`, or the message of the panic that ended it.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        format!("a defect in gate: {}", text.unwrap_or("no message"))
    })
}

/// Keeps panics from printing anything by themselves, unless `RUST_BACKTRACE` asks for more than the message.
pub(crate) fn silence_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none_or(|value| value == "0") {
        panic::set_hook(Box::new(|_| {}));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_are_errors_with_their_message() {
        #[track_caller]
        fn check(call: impl FnOnce() -> Result<(), CheckError>, expected: &str) {
            let error = guarded(call).unwrap_err();
            assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Internal, expected));
        }
        check(|| panic!("told {}", 7), "a defect in gate: told 7");
        check(|| panic!("told"), "a defect in gate: told");
        check(|| std::panic::panic_any(7), "a defect in gate: no message");
    }
}
