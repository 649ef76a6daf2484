//! Values without parts: whether one side's text or number is what the other side's is.

use crate::basis::wire::{Format, Shape};

/// How two values without parts go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Whoever sends is understood.
    Fits,
    /// What is sent can be something that the other side does not know.
    Differs,
    /// It depends on how it is encoded, with what it is.
    Unclear(Box<str>),
}

/// Whether all that `sent` can be is what `read` can be.
pub(super) fn fits(sent: &Shape, read: &Shape, sender_is_code: bool) -> Fit {
    match (sent, read) {
        (Shape::Null, Shape::Null)
        | (Shape::Bool, Shape::Bool)
        | (Shape::Int(_), Shape::Int(_) | Shape::Number)
        | (Shape::Number, Shape::Number) => Fit::Fits,
        (Shape::Text(sent), Shape::Text(read)) => texts(sent, read, sender_is_code),
        (Shape::Text(Format::Unclear(what)), _) | (_, Shape::Text(Format::Unclear(what))) => {
            Fit::Unclear(what.clone())
        }
        _ => Fit::Differs,
    }
}

fn texts(sent: &Format, read: &Format, sender_is_code: bool) -> Fit {
    match (sent, read) {
        (Format::Unclear(what), _) | (_, Format::Unclear(what)) => Fit::Unclear(what.clone()),
        (_, Format::Plain) => Fit::Fits,
        // Names of formats that no type of the code stands for say nothing that could be compared.
        (Format::Other(_), _) | (_, Format::Other(_)) => Fit::Fits,
        // What stands in a text that the code puts together cannot be seen.
        (Format::Plain, _) if sender_is_code => Fit::Fits,
        (sent, read) if sent == read => Fit::Fits,
        _ => Fit::Differs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_reads_what_is_no_wider() {
        #[track_caller]
        fn check(sent: Shape, read: Shape, code: bool, expected: Fit) {
            assert_eq!(fits(&sent, &read, code), expected);
        }
        let text = |format: Format| Shape::Text(format);
        check(Shape::Int(None), Shape::Number, true, Fit::Fits);
        check(Shape::Number, Shape::Int(None), true, Fit::Differs);
        check(Shape::Bool, text(Format::Plain), false, Fit::Differs);
        check(text(Format::Uuid), text(Format::Plain), false, Fit::Fits);
        check(text(Format::Plain), text(Format::Uuid), false, Fit::Differs);
        check(text(Format::Plain), text(Format::Uuid), true, Fit::Fits);
        check(text(Format::Date), text(Format::DateTime), true, Fit::Differs);
        check(text(Format::Other("email".into())), text(Format::Uuid), false, Fit::Fits);
        check(text(Format::Unclear("x".into())), Shape::Int(None), true, Fit::Unclear("x".into()));
    }
}
