//! `linkyard serve`: the production start.

use std::io::Write;

use anyhow::{Context, bail};
use tokio::net::TcpListener;

use crate::args::ConfigArgs;
use crate::settings::Settings;
use crate::{connectors, stop, wiring};

/// Starts and runs until told to stop.
pub(crate) async fn run(args: ConfigArgs) -> anyhow::Result<()> {
    crate::settings::log_to_stderr("info");
    let settings = Settings::read(&args)?;
    settings.refuse_development_folder()?;
    let public_url = public_url(&settings)?;
    let stop = stop::on_signal()?;
    let service = wiring::open(plan(&settings, public_url)?, &|step| {
        tracing::info!("{step}");
    })
    .await?;
    if service.projects().await?.is_empty() {
        writeln!(
            std::io::stderr(),
            "There is no project yet. Make one, and a key for it:\n  linkyard admin project create my-product\n  \
             linkyard admin key create --project my-product --name backend"
        )?;
    }
    let listener = TcpListener::bind(&settings.listen)
        .await
        .with_context(|| format!("listen: {} cannot be used", settings.listen))?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    let stamps = tokio::spawn(wiring::keep_stamps(service.clone(), stop.clone()));
    let options = linkyard_server::Options {
        secure_cookies: service.settings().public_url.starts_with("https://"),
        ..linkyard_server::Options::default()
    };
    linkyard_server::serve(service, options, listener, stop::wished(stop)).await?;
    stamps.await?;
    Ok(())
}

/// What a production service is made of.
pub(crate) fn plan(settings: &Settings, public_url: String) -> anyhow::Result<wiring::Plan> {
    Ok(wiring::Plan {
        database_url: settings.database.url.clone(),
        owner_url: settings.database.owner_url.clone(),
        key_ring: settings.key_ring()?,
        egress: settings.egress()?,
        account_limits: true,
        catalog: connectors::load(settings.connectors.as_deref())?,
        settings: linkyard_service::Settings {
            public_url,
            development: false,
        },
    })
}

fn public_url(settings: &Settings) -> anyhow::Result<String> {
    let Some(text) = &settings.public_url else {
        bail!(
            "public_url is not set: it is the address at which browsers reach this hub, such as https://hub.example.com"
        );
    };
    let url = url::Url::parse(text).with_context(|| format!("public_url: {text:?} is no URL"))?;
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !(url.scheme() == "http" && local) {
        bail!("public_url: must be https (http is for localhost alone)");
    }
    Ok(text.trim_end_matches('/').to_owned())
}
