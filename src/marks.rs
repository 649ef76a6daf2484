//! The text of a source file → what it may hold, told by words in it: of most files nothing more is read.

use memchr::memmem;
use serde::{Deserialize, Serialize};

use crate::facts::frameworks;

/// What the text of a source file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marks {
    registers: bool,
    documents: bool,
    implements: bool,
}

impl Marks {
    /// Those of a text; `is_asked` when it holds one of the words of a design.
    pub(crate) fn of(text: &[u8], is_asked: bool) -> Self {
        Self {
            registers: is_asked || frameworks::marks(&String::from_utf8_lossy(text)),
            documents: memmem::find(text, frameworks::DOCUMENTS.as_bytes()).is_some(),
            implements: frameworks::implements(text),
        }
    }

    /// Routes, or something that they are made of; also in the words of a design.
    pub(crate) fn registers(self) -> bool {
        self.registers
    }

    /// Attributes that document endpoints.
    pub(crate) fn documents(self) -> bool {
        self.documents
    }

    /// Functions in which types say what they are to a web framework.
    pub(crate) fn implements(self) -> bool {
        self.implements
    }
}
