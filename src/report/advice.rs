//! A reason why something could not be judged → what that means, and what to do about it.

use crate::basis::Reason;

/// What is the matter, as a clause that reads well behind `unjudged[reason]:`.
pub(super) fn meaning(reason: Reason) -> &'static str {
    match reason {
        Reason::Syntax => "gate cannot read this piece of code",
        Reason::UnresolvedName => "a path into this repository that leads nowhere gate can see",
        Reason::OpaqueMacro => "a macro that could not be expanded",
        Reason::DynamicRoute => "a route whose path, prefix or handler cannot be read from the code",
        Reason::UnresolvedApi => "an API of which the code registers no endpoint that gate can see",
        Reason::TooLarge => "a source file above the cap on bytes",
        Reason::TooMuchWork => "a source file above the cap on parser work",
        Reason::NotUtf8 => "a source file that is not UTF-8",
        Reason::LfsPointer => "a source file whose text lies in Git LFS",
        Reason::MissingObject => "a file whose text this clone does not hold",
        Reason::OpaqueResponse => "a part of a contract that the code does not show",
    }
}

/// What to do so that it can be judged.
pub(super) fn way_out(reason: Reason) -> &'static str {
    match reason {
        Reason::Syntax => {
            "see whether it compiles; if it does, move what gate cannot read into a file of its own"
        }
        Reason::UnresolvedName => {
            "see whether it compiles; name what is meant where it is defined, and generated code by `absent`"
        }
        Reason::OpaqueMacro => "write out the modules, imports or routes that the macro makes",
        Reason::DynamicRoute => "register the route with a literal path and a named function",
        Reason::UnresolvedApi => {
            "see whether the API's `package` and entry in the spec still name where its routes begin"
        }
        Reason::TooLarge => "split the file",
        Reason::TooMuchWork => "look for an unclosed string or bracket; else split the file",
        Reason::NotUtf8 => "save the file as UTF-8; the compiler asks for it too",
        Reason::LfsPointer => "store source files in git itself (a line for them in .gitattributes)",
        Reason::MissingObject => "fetch what is missing: `git fetch --refetch --no-filter`, or clone in full",
        Reason::OpaqueResponse => "nothing; it decides no verdict",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_one_clause() {
        #[track_caller]
        fn check(reason: Reason) {
            for text in [meaning(reason), way_out(reason)] {
                assert!(text.starts_with(|first: char| first.is_ascii_lowercase()), "{text}");
                assert!(!text.ends_with('.') && text.len() <= 100, "{text}");
            }
        }
        check(Reason::Syntax);
        check(Reason::UnresolvedName);
        check(Reason::OpaqueMacro);
        check(Reason::DynamicRoute);
        check(Reason::UnresolvedApi);
        check(Reason::TooLarge);
        check(Reason::TooMuchWork);
        check(Reason::NotUtf8);
        check(Reason::LfsPointer);
        check(Reason::MissingObject);
        check(Reason::OpaqueResponse);
    }
}
