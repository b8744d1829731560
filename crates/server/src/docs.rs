//! Documentation that the binary serves: the index for readers and agents, and each connector's guide.

use std::fmt::Write;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use linkyard_service::{Connector, Guide};

use crate::App;
use crate::error::ApiError;
use crate::pages;

const INDEX: &str = include_str!("../../../docs/llms.txt");

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/llms.txt", get(index))
        .route("/guides/{name}", get(guide))
}

async fn index() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], INDEX).into_response()
}

/// `/guides/<connector>` is a page, `/guides/<connector>.md` the same as Markdown.
async fn guide(State(app): State<App>, Path(name): Path<String>) -> Result<Response, ApiError> {
    let as_markdown = name.strip_suffix(".md");
    let (connector, guide) = app.service.public_guide(as_markdown.unwrap_or(&name))?;
    let markdown = markdown(&connector, &guide);
    if as_markdown.is_some() {
        return Ok((
            [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")],
            markdown,
        )
            .into_response());
    }
    Ok(pages::html(page(&connector, &guide)))
}

fn markdown(connector: &Connector, guide: &Guide) -> String {
    let mut text = format!("# Link {}\n\n", connector.title);
    if let Some(warning) = &guide.warning {
        push(&mut text, format_args!("> {warning}\n\n"));
    }
    for section in &guide.sections {
        push(
            &mut text,
            format_args!("## {}\n\n{}\n\n", section.title, section.content),
        );
        for item in &section.list {
            push(&mut text, format_args!("- {item}\n"));
        }
        for (number, step) in section.steps.iter().enumerate() {
            push(
                &mut text,
                format_args!("{}. **{}** {}\n", number + 1, step.title, step.content),
            );
            for item in &step.list {
                push(&mut text, format_args!("   - {item}\n"));
            }
        }
        text.push('\n');
    }
    text.push_str("## Scopes\n\n");
    for (name, scope) in &connector.scopes {
        push(
            &mut text,
            format_args!("- `{name}`: {}\n", scope.description),
        );
    }
    text
}

fn page(connector: &Connector, guide: &Guide) -> String {
    let mut body = String::new();
    if let Some(warning) = &guide.warning {
        push(
            &mut body,
            format_args!("<p><strong>{}</strong></p>", escape(warning)),
        );
    }
    for section in &guide.sections {
        push(
            &mut body,
            format_args!(
                "<h2>{}</h2><p>{}</p><ol>",
                escape(&section.title),
                escape(&section.content)
            ),
        );
        for step in &section.steps {
            push(
                &mut body,
                format_args!(
                    "<li><strong>{}</strong> {}</li>",
                    escape(&step.title),
                    escape(&step.content)
                ),
            );
        }
        body.push_str("</ol>");
    }
    body.push_str("<h2>Scopes</h2><ul>");
    for (name, scope) in &connector.scopes {
        push(
            &mut body,
            format_args!(
                "<li><code>{}</code>: {}</li>",
                escape(name),
                escape(&scope.description)
            ),
        );
    }
    let title = escape(&connector.title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Link {title}</title>\
         <link rel=\"stylesheet\" href=\"/assets/hub/link.css\"></head>\
         <body><main><h1>Link {title}</h1>{body}</ul></main></body></html>"
    )
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more)
        .expect("writing to a String cannot fail");
}

/// Text as text in HTML; the Markdown marks for bold and code are left out.
fn escape(text: &str) -> String {
    text.replace("**", "")
        .replace('`', "")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
