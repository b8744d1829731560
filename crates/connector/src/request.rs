//! Step functions: `request` and `paginated_request`.

use linkyard_expr::{Expression, JsonPath};

use crate::auth;
use crate::compile::unsupported;
use crate::parse::Kind;
use crate::reader::{At, Object};
use crate::{
    Arg, ArgLocation, ArrayFormat, Connector, CustomError, DataKey, Method, PageMode,
    PaginatedRequest, Request, StepFunction,
};

const METHODS: [(&str, Method); 5] = [
    ("get", Method::Get),
    ("post", Method::Post),
    ("put", Method::Put),
    ("patch", Method::Patch),
    ("delete", Method::Delete),
];
const FORMATS: [(&str, ArrayFormat); 4] = [
    ("repeat", ArrayFormat::Repeat),
    ("brackets", ArrayFormat::Brackets),
    ("comma", ArrayFormat::Comma),
    ("stringify", ArrayFormat::Stringify),
];
/// Pages at most in page mode, if the file says nothing.
const DEFAULT_MAX_PAGE: u64 = 1000;

/// Compiles a `stepFunction`.
pub(crate) fn function(at: &At<'_, '_>, connector: &Connector) -> Option<StepFunction> {
    let object = at.map()?;
    let name = object.required_text("functionName");
    let version_is_one = object.json("version").is_none_or(|v| v == "1" || v == 1);
    let parameters = object.required("parameters").and_then(|at| at.map());
    object.finish();
    if name.is_empty() {
        return None;
    }
    if !(["request", "paginated_request"].contains(&name.as_str()) && version_is_one) {
        at.error(
            "unsupported-function",
            format!("`{name}` in this version is not supported; use request or paginated_request, version 1"),
        );
        return None;
    }
    let parameters = parameters?;
    let paged = name == "paginated_request";
    let response = parameters.map("response");
    let request = request(&parameters, response.as_ref(), paged, connector);
    let function = if paged {
        let iterator = parameters.required("iterator").and_then(|at| at.map());
        match (iterator, request) {
            (Some(iterator), Some(request)) => paginated(&iterator, response.as_ref(), request)
                .map(|paged| StepFunction::PaginatedRequest(Box::new(paged))),
            _ => None,
        }
    } else {
        request.map(|request| StepFunction::Request(Box::new(request)))
    };
    if let Some(response) = response {
        response.finish();
    }
    parameters.finish();
    function
}

fn request(
    object: &Object<'_, '_>,
    response: Option<&Object<'_, '_>>,
    paged: bool,
    connector: &Connector,
) -> Option<Request> {
    let base_url = object.expression("baseUrl");
    if base_url.is_none() && connector.base_url.is_none() {
        object.at.error(
            "missing-key",
            "`baseUrl` is missing, here or at the top of the file",
        );
    }
    let url = object.required_expression("url");
    let method = object.required_choice("method", &METHODS);
    let authorization = object
        .get("authorization")
        .and_then(|at| auth::authorization(&at));
    let args = object.list("args").iter().filter_map(arg).collect();
    let custom_errors = object
        .list("customErrors")
        .iter()
        .filter_map(custom_error)
        .collect();
    unsupported(
        object,
        &["encodeQueryParams", "certificates", "cacheTTL", "saml"],
    );
    Some(Request {
        base_url,
        url: url?,
        method: method?,
        authorization,
        args,
        data_key: response.and_then(|o| data_key(o, "dataKey")),
        index_field: response.and_then(|o| o.text("indexField")),
        collection: paged || response.is_some_and(|o| o.flag("collection", false)),
        custom_errors,
    })
}

fn arg(at: &At<'_, '_>) -> Option<Arg> {
    let object = at.map()?;
    let places = [
        ("query", ArgLocation::Query),
        ("body", ArgLocation::Body),
        ("headers", ArgLocation::Headers),
    ];
    if let Some(at) = object.get("inline") {
        at.error(
            "unsupported-key",
            "`inline` is not supported in this version",
        );
    }
    let name = object.required_expression("name");
    let value = object.required("value").and_then(|at| at.template());
    let location = object.required_choice("in", &places);
    let condition = object.expression("condition");
    let spread = object.flag("spread", false);
    let array_format = object.choice("arrayFormat", &FORMATS).unwrap_or_default();
    object.finish();
    Some(Arg {
        name: name?,
        value: value?,
        location: location?,
        condition,
        spread,
        array_format,
    })
}

fn custom_error(at: &At<'_, '_>) -> Option<CustomError> {
    let object = at.map()?;
    let (received, target) = (
        status(&object, "receivedStatus"),
        status(&object, "targetStatus"),
    );
    let (message, condition) = (object.expression("message"), object.expression("condition"));
    object.finish();
    Some(CustomError {
        received_status: received?,
        target_status: target?,
        message,
        condition,
    })
}

fn status(object: &Object<'_, '_>, key: &str) -> Option<u16> {
    let at = object.required(key)?;
    let status = object.count(key)?;
    let found = u16::try_from(status)
        .ok()
        .filter(|status| (100..600).contains(status));
    if found.is_none() {
        at.error("range", "must be an HTTP status, 100 to 599");
    }
    found
}

fn data_key(object: &Object<'_, '_>, key: &str) -> Option<DataKey> {
    let at = object.get(key)?;
    let Kind::Text(text) = &at.node.kind else {
        return at.text().and(None);
    };
    let trimmed = text.trim();
    if trimmed.starts_with("{{") && trimmed.ends_with("}}") {
        return Expression::parse(text)
            .map(DataKey::Expression)
            .map_err(|error| at.error("expression", error.to_string()))
            .ok();
    }
    let path = if trimmed.starts_with('$') {
        trimmed.to_owned()
    } else {
        format!("$.{trimmed}")
    };
    JsonPath::parse(&path)
        .map(|path| DataKey::Path(path, text.clone()))
        .map_err(|error| at.error("expression", error.to_string()))
        .ok()
}

fn paginated(
    iterator: &Object<'_, '_>,
    response: Option<&Object<'_, '_>>,
    request: Request,
) -> Option<PaginatedRequest> {
    let iterator_key = iterator.required_text("key");
    let places = [("query", ArgLocation::Query), ("body", ArgLocation::Body)];
    let location = iterator.required_choice("in", &places);
    let mode = match iterator
        .choice("mode", &[("cursor", 0), ("offset", 1), ("page", 2)])
        .unwrap_or(0)
    {
        0 => cursor_mode(iterator, response),
        1 => Some(PageMode::Offset),
        _ => page_mode(iterator),
    };
    if !matches!(mode, Some(PageMode::Page { .. })) {
        for key in ["startPage", "maxPage"] {
            if let Some(at) = iterator.get(key) {
                at.error("page-mode", format!("`{key}` belongs to `mode: page`"));
            }
        }
    }
    let condition = iterator.expression("condition");
    iterator.finish();
    Some(PaginatedRequest {
        request,
        mode: mode?,
        iterator_key,
        iterator_location: location?,
        condition,
    })
}

fn cursor_mode(iterator: &Object<'_, '_>, response: Option<&Object<'_, '_>>) -> Option<PageMode> {
    let places = [("data", false), ("headers", true)];
    let in_headers = response
        .and_then(|o| o.choice("nextKeyIn", &places))
        .unwrap_or(false);
    let Some(response) = response.filter(|o| o.get("nextKey").is_some()) else {
        iterator
            .at
            .error("missing-key", "cursor mode needs `response.nextKey`");
        return None;
    };
    data_key(response, "nextKey").map(|next_key| PageMode::Cursor {
        next_key,
        in_headers,
    })
}

fn page_mode(iterator: &Object<'_, '_>) -> Option<PageMode> {
    let start = iterator.count("startPage").unwrap_or(1);
    let max = iterator.count("maxPage").unwrap_or(DEFAULT_MAX_PAGE);
    if max == 0 || max > 10_000 || start > max {
        iterator.at.error(
            "range",
            "`maxPage` must be 1 to 10000 and not less than `startPage`",
        );
        return None;
    }
    Some(PageMode::Page { start, max })
}
