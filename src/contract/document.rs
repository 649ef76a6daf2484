//! The shape of a contract: operations with what they take and give.

use serde::{Deserialize, Serialize};

use crate::basis::wire::{Body, Exchange, Spot, Types};
use crate::basis::{Method, RepoPath, RoutePattern};

/// All that a contract promises.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The schemas that its operations name, and the files in which it is written.
    pub types: Types,
    /// Files that its references lead to and that could not be read, in order.
    pub missing: Vec<RepoPath>,
    /// Its operations, in the order they are written.
    pub operations: Vec<Operation>,
    /// What the API calls its clients with, in the order they are written.
    pub webhooks: Vec<Webhook>,
    /// What it says that this form cannot.
    pub unhandled: Vec<Unhandled>,
    /// How callers can prove who they are, in the order they are written.
    pub schemes: Vec<Scheme>,
    /// Who may call what does not say otherwise. Every [`Operation::security`] has it already; here it is the one cause that a
    /// change of many of them can have.
    pub security: Security,
    /// Where that is said; `None` where it is not.
    pub security_at: Option<Spot>,
}

impl Document {
    /// Every file that decides what it says, those that are not there included.
    pub fn files(&self) -> impl Iterator<Item = &RepoPath> {
        self.types.files.iter().chain(&self.missing)
    }
}

/// One method at one path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path as the document has it, behind the path of its first server (`basePath` in Swagger 2.0).
    pub path: RoutePattern,
    /// Its name (`operationId`).
    pub id: Option<Box<str>>,
    /// What it takes and gives.
    pub exchange: Exchange,
    /// Who may call it, what is said for all operations included.
    pub security: Security,
    /// `deprecated`.
    pub deprecated: bool,
    /// `x-sunset`, as written.
    pub sunset: Option<Box<str>>,
    /// `x-stability-level`, as written.
    pub stability: Option<Box<str>>,
    /// The place of the method's key.
    pub at: Spot,
}

/// A request that the API sends to its clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its name.
    pub name: Box<str>,
    /// The method.
    pub method: Method,
    /// What is sent.
    pub request: Body,
    /// The place of the method's key.
    pub at: Spot,
}

/// Who may call an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Security {
    /// Nothing is said.
    #[default]
    Unsaid,
    /// Everybody.
    Open,
    /// Who satisfies one of these. One that asks for nothing lets everybody in.
    OneOf(Vec<Requirement>),
}

/// What a caller has to show, all of it: schemes, by name, with the scopes that are asked of each.
pub type Requirement = Vec<(Box<str>, Vec<Box<str>>)>;

/// A way in which callers prove who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// The name that operations use.
    pub name: Box<str>,
    /// `type`, and where it has one `scheme` or `in` and `name`, joined with blanks; `basic` is `http basic`.
    pub kind: Box<str>,
    /// Of OAuth 2: its flows, in the order they are written.
    pub flows: Vec<Flow>,
    /// Where it is written.
    pub at: Spot,
}

/// One way of OAuth 2 to a token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// `implicit`, `authorizationCode`…; as OpenAPI 3 calls it.
    pub name: Box<str>,
    /// Where a user agrees.
    pub authorization_url: Option<Box<str>>,
    /// Where a token is had.
    pub token_url: Option<Box<str>>,
    /// The scopes with what is said of them.
    pub scopes: Vec<(Box<str>, Box<str>)>,
}

/// Something that a document says and this form cannot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unhandled {
    /// The key: `not`, `callbacks`, `patternProperties`.
    pub key: Box<str>,
    /// Where it is written.
    pub at: Spot,
}
