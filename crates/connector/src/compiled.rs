//! What a connector file becomes at load: everything parsed, every reference resolved, every schema compiled. The
//! engine runs these plans as they are.

use std::sync::Arc;

use indexmap::IndexMap;
use linkyard_expr::{Expression, JsonPath, Template};
use serde::Serialize;
use serde_json::Value;

/// A provider's compiled description.
#[derive(Debug)]
pub struct Connector {
    /// The identity, in lower case: `info.key`.
    pub key: String,
    /// The display name: `info.title`.
    pub title: String,
    /// The version, as semver text: `info.version`.
    pub version: String,
    /// What the provider is.
    pub description: String,
    /// URL of the icon, if the file names one.
    pub icon: Option<String>,
    /// Category words; the first is the connector's main category.
    pub categories: Vec<String>,
    /// `preview`, `beta`, `ga`, `deprecated` or `internal`.
    pub release_stage: Option<String>,
    /// Where requests go unless a step says otherwise.
    pub base_url: Option<Expression>,
    /// The scopes that the provider knows, in file order, by name.
    pub scopes: IndexMap<String, ScopeDefinition>,
    /// The ways to authenticate, in file order, by key.
    pub auth_methods: IndexMap<String, AuthMethod>,
    /// The actions, in file order, by action id (without the connector's key in front).
    pub actions: IndexMap<String, Arc<Action>>,
    /// Requests per second and account.
    pub requests_per_second: f64,
    /// Requests in flight per account.
    pub max_concurrency: usize,
    /// How to read what a credential may do, if the provider tells.
    pub granted_scopes: Option<GrantedScopes>,
}

impl Connector {
    /// Every scope that holding `granted` amounts to: the granted ones and all that they include.
    pub fn expand_scopes<'a>(
        &'a self,
        granted: impl IntoIterator<Item = &'a str>,
    ) -> std::collections::BTreeSet<String> {
        let mut all = std::collections::BTreeSet::new();
        let mut open: Vec<&str> = granted.into_iter().collect();
        while let Some(scope) = open.pop() {
            if all.insert(scope.to_owned())
                && let Some(definition) = self.scopes.get(scope)
            {
                open.extend(definition.includes.iter().map(String::as_str));
            }
        }
        all
    }

    /// The name of an action on the wire: the connector's key, `_`, the action id.
    pub fn tool_name(&self, action_id: &str) -> String {
        format!("{}_{action_id}", self.key)
    }
}

/// A permission that the provider can give.
#[derive(Debug, Clone, Serialize)]
pub struct ScopeDefinition {
    /// What the scope allows, in words for the end user.
    pub description: String,
    /// Scopes that this one contains.
    pub includes: Vec<String>,
}

/// `x-linkyard.grantedScopes`: how to read what a credential may do. Our extension of the format.
#[derive(Debug, Clone)]
pub struct GrantedScopes {
    /// The action that asks the provider, run without inputs.
    pub action_id: String,
    /// Where in that action's result (`{data, next, ...}`) the list of scope names stands.
    pub path: JsonPath,
}

/// One way to authenticate.
#[derive(Debug)]
pub struct AuthMethod {
    /// The key in the file, kept with accounts.
    pub key: String,
    /// Whether fields are asked for, or the user is sent to the provider.
    pub kind: AuthKind,
    /// The OAuth 2.0 grant, if any.
    pub grant_type: Option<GrantType>,
    /// The name shown to users.
    pub label: String,
    /// What goes into each request.
    pub authorization: Authorization,
    /// Asked of the end user, for each account.
    pub config_fields: Vec<Field>,
    /// Asked of the operator, for each integration.
    pub setup_fields: Vec<Field>,
    /// Remarks shown beside the config fields, as on the wire: `key`, `type`, `description`, `position`, `anchor`.
    pub config_notices: Vec<Value>,
    /// Where to read more.
    pub support: Support,
    /// The provider's environments; the first is the default.
    pub environments: Vec<NamedEnvironment>,
    /// Actions that prove that a credential works.
    pub test_actions: Vec<TestAction>,
    /// Scopes that are needed whatever the actions.
    pub required_scopes: Vec<String>,
}

impl AuthMethod {
    /// Whether it is OAuth 2.0.
    pub fn kind_is_oauth2(&self) -> bool {
        self.kind == AuthKind::OAuth2
    }
}

/// `authentication.<key>.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthKind {
    /// Fields that the end user fills in.
    Custom,
    /// OAuth 2.0.
    OAuth2,
}

/// `authentication.<key>.grantType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantType {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §4.4.
    ClientCredentials,
}

/// What goes into each request to prove who asks.
#[derive(Debug, Clone)]
pub enum Authorization {
    /// Nothing.
    None,
    /// RFC 7617.
    Basic {
        /// The user name; empty when missing.
        username: Option<Expression>,
        /// The password; empty when missing.
        password: Option<Expression>,
    },
    /// RFC 6750, or the bare token.
    Bearer {
        /// The token.
        token: Expression,
        /// Whether `Bearer ` stands before it.
        include_bearer: bool,
    },
    /// A named header or query parameter.
    ApiKey {
        /// Name of the header or parameter.
        name: Expression,
        /// Its value.
        value: Expression,
        /// Where it goes.
        location: ApiKeyLocation,
    },
}

/// Where an API key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyLocation {
    /// A request header.
    Header,
    /// A query parameter.
    Query,
}

/// One field of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name among the credentials.
    pub key: String,
    /// What it is called on the form.
    pub label: String,
    /// `text`, `password`, `number`, `select` or `text_area`.
    pub kind: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether its value is sealed and never shown again.
    pub secret: bool,
    /// Whether it is shown only.
    pub read_only: bool,
    /// Example text.
    pub placeholder: Option<String>,
    /// Explanation, Markdown.
    pub description: Option<String>,
    /// Short explanation.
    pub tooltip: Option<String>,
    /// Choices of a `select`: value and label.
    pub options: Vec<(String, String)>,
    /// A pattern (JavaScript regular expression source) and the message if it does not match.
    pub validation: Option<(String, Option<String>)>,
    /// Default or computed value.
    pub value: Option<Expression>,
}

/// `authentication.<key>.support`.
#[derive(Debug, Clone, Default)]
pub struct Support {
    /// A page of the provider.
    pub link: Option<String>,
    /// A sentence.
    pub description: Option<String>,
    /// The guide for the end user.
    pub config_guide: Option<Guide>,
    /// The guide for the operator.
    pub setup_guide: Option<Guide>,
}

/// Step-by-step instructions. All text is Markdown.
#[derive(Debug, Clone, Serialize)]
pub struct Guide {
    /// Shown above everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// The chapters.
    pub sections: Vec<GuideSection>,
}

/// A chapter of a guide.
#[derive(Debug, Clone, Serialize)]
pub struct GuideSection {
    /// Heading.
    pub title: String,
    /// Text under the heading.
    pub content: String,
    /// Bullets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<String>,
    /// Numbered steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<GuideStep>,
    /// Shown only if one of these scopes is needed; always, if empty.
    #[serde(skip)]
    pub applicable_scopes: Vec<String>,
    /// Whether the section is Linkyard's own and can be left out by a white label (`x-linkyard: {own: true}`).
    #[serde(skip)]
    pub own: bool,
}

/// One step of a chapter.
#[derive(Debug, Clone, Serialize)]
pub struct GuideStep {
    /// What to do.
    pub title: String,
    /// How.
    pub content: String,
    /// Bullets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<String>,
    /// Whether the needed scopes are listed here.
    #[serde(skip)]
    pub display_scopes: bool,
    /// Shown only if one of these scopes is needed; always, if empty.
    #[serde(skip)]
    pub applicable_scopes: Vec<String>,
}

/// A provider environment.
#[derive(Debug, Clone)]
pub struct NamedEnvironment {
    /// Its key, in `context.environment`.
    pub key: String,
    /// Its display name.
    pub name: String,
}

/// An action that proves that a credential works.
#[derive(Debug, Clone)]
pub struct TestAction {
    /// The action.
    pub action: Arc<Action>,
    /// Whether a failure rejects the credential.
    pub required: bool,
    /// Whether to run it at all.
    pub condition: Option<Expression>,
}

/// One thing that a connector can do.
#[derive(Debug)]
pub struct Action {
    /// `actionId`, without the connector's key.
    pub id: String,
    /// Display name.
    pub label: String,
    /// One sentence.
    pub description: String,
    /// Long description, for tools.
    pub details: Option<String>,
    /// Category words; `internal` hides the action from lists.
    pub categories: Vec<String>,
    /// `list`, `get`, `create`, `update`, `delete`, `custom`, ...
    pub kind: ActionKind,
    /// What the caller gives, in file order.
    pub inputs: Vec<Input>,
    /// The caller's groups as one JSON Schema: an object with `path`, `query`, `headers`, `body`.
    pub input_schema: Value,
    /// Checks the flattened inputs.
    pub validator: InputValidator,
    /// Scopes that a credential must have.
    pub required_scopes: Vec<String>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What comes out: usually `{data, next}`.
    pub result: Option<Template>,
    /// Default page size, if the engine pages for the caller (`cursor`).
    pub cursor_page_size: Option<usize>,
    /// Words to find the action by.
    pub tags: Vec<String>,
    /// `preview`, `beta`, `ga`, ...
    pub release_stage: Option<String>,
    /// Documentation of the provider.
    pub resources: Option<String>,
    /// Examples, as written.
    pub examples: Vec<Value>,
    /// Method and path of the legacy REST route, for display.
    pub entrypoint: Option<(String, String)>,
}

impl Action {
    /// Whether the action may be listed for callers.
    pub fn is_public(&self) -> bool {
        self.kind != ActionKind::RefreshToken && !self.categories.iter().any(|c| c == "internal")
    }

    /// Whether a repeated run changes nothing at the provider: every request it makes is a GET.
    pub fn only_reads(&self) -> bool {
        self.steps.iter().all(|step| match &step.function {
            StepFunction::Request(r) => r.method == Method::Get,
            StepFunction::PaginatedRequest(p) => p.request.method == Method::Get,
        })
    }
}

/// `actionType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the words of the format, which speak for themselves"
)]
pub enum ActionKind {
    List,
    Get,
    Create,
    Update,
    Delete,
    Custom,
    RefreshToken,
    Test,
    Event,
    Unknown,
}

/// Where the caller puts an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "the words of the format, which speak for themselves"
)]
pub enum InputLocation {
    Path,
    Query,
    Headers,
    Body,
}

impl InputLocation {
    /// The name of the group on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Headers => "headers",
            Self::Body => "body",
        }
    }
}

/// One top-level input.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name, also among the flattened `inputs`.
    pub name: String,
    /// Where the caller puts it.
    pub location: InputLocation,
    /// Whether it must be given.
    pub required: bool,
    /// What it is.
    pub description: String,
    /// Its JSON Schema.
    pub schema: Value,
    /// Used when the caller gives nothing.
    pub default: Option<Value>,
}

/// Checks the flattened inputs of an action against their schema, compiled once.
pub struct InputValidator(pub(crate) jsonschema::Validator);

impl std::fmt::Debug for InputValidator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InputValidator")
    }
}

impl InputValidator {
    /// One line for each fault of `inputs` (an object by input name), naming the input and never its value. Empty
    /// when all is well.
    pub fn faults(&self, inputs: &Value) -> Vec<String> {
        crate::schema::faults(&self.0, inputs)
    }
}

/// One step of an action.
#[derive(Debug)]
pub struct Step {
    /// Its name among `steps`.
    pub id: String,
    /// Run only if this is exactly `true`.
    pub condition: Option<Expression>,
    /// Whether a failure lets the action go on.
    pub ignore_error: bool,
    /// What it does.
    pub function: StepFunction,
}

/// What a step does.
#[derive(Debug)]
pub enum StepFunction {
    /// One request.
    Request(Box<Request>),
    /// As many requests as the wanted records need.
    PaginatedRequest(Box<PaginatedRequest>),
}

/// An HTTP method of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the words of the format, which speak for themselves"
)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// One request.
#[derive(Debug)]
pub struct Request {
    /// Replaces the connector's base URL.
    pub base_url: Option<Expression>,
    /// Appended to the base URL as it is.
    pub url: Expression,
    /// HTTP method.
    pub method: Method,
    /// Replaces the account's authorization.
    pub authorization: Option<Authorization>,
    /// Query, headers and body.
    pub args: Vec<Arg>,
    /// What of the answer becomes `data`.
    pub data_key: Option<DataKey>,
    /// Field by which a list of records becomes a map.
    pub index_field: Option<String>,
    /// Whether `data` is a list of records (only matters with `index_field`).
    pub collection: bool,
    /// Statuses that mean something else.
    pub custom_errors: Vec<CustomError>,
}

/// One argument of a request.
#[derive(Debug)]
pub struct Arg {
    /// Name, an expression too.
    pub name: Expression,
    /// Value: expression, literal or nested.
    pub value: Template,
    /// Where it goes.
    pub location: ArgLocation,
    /// Sent only if this is exactly `true`.
    pub condition: Option<Expression>,
    /// Whether an object's entries are merged instead.
    pub spread: bool,
    /// How a list is written in a query.
    pub array_format: ArrayFormat,
}

/// Where an argument goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the words of the format, which speak for themselves"
)]
pub enum ArgLocation {
    Query,
    Body,
    Headers,
}

/// How a list is written in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArrayFormat {
    /// `a[0]=1&a[1]=2`
    #[default]
    Indexed,
    /// `a=1&a=2`
    Repeat,
    /// `a[]=1&a[]=2`
    Brackets,
    /// `a=1,2`
    Comma,
    /// `a=[1,2]`
    Stringify,
}

/// A place in an answer.
#[derive(Debug, Clone)]
pub enum DataKey {
    /// A path; the second is the literal top-level key that is tried when the path gives nothing.
    Path(JsonPath, String),
    /// A JEXL expression whose variables are the answer's own keys.
    Expression(Expression),
}

/// `customErrors[]`: a status that means another.
#[derive(Debug)]
pub struct CustomError {
    /// The provider's status.
    pub received_status: u16,
    /// What it means.
    pub target_status: u16,
    /// Message for the caller.
    pub message: Option<Expression>,
    /// Applies only if this is exactly `true`.
    pub condition: Option<Expression>,
}

/// As many requests as the wanted records need.
#[derive(Debug)]
pub struct PaginatedRequest {
    /// The request of one page.
    pub request: Request,
    /// How the position moves.
    pub mode: PageMode,
    /// The request field that carries the position.
    pub iterator_key: String,
    /// Where that field goes: query or body.
    pub iterator_location: ArgLocation,
    /// Continue only while this is exactly `true` over the answer.
    pub condition: Option<Expression>,
}

/// How the position of a paginated request moves.
#[derive(Debug)]
pub enum PageMode {
    /// The answer names the next page.
    Cursor {
        /// Where the token stands.
        next_key: DataKey,
        /// Whether it stands in the headers.
        in_headers: bool,
    },
    /// Records consumed so far.
    Offset,
    /// A page number.
    Page {
        /// The first page's number.
        start: u64,
        /// More pages than this is an error.
        max: u64,
    },
}
