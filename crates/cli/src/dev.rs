//! `linkyard dev`: the hub and the Humaans sandbox, side by side, ready to be tried. The one place outside the sandbox
//! where a provider is named.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use humaans_sandbox::{RateLimit, Sandbox, Scope};
use linkyard_core::{Environment, ProjectId, SecretString, Tenant};
use linkyard_service::{
    IntegrationChange, KeyScope, NewIntegration, NewSession, Service, Settings,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::args::DevArgs;
use crate::{connectors, stop, wiring};

/// The file that makes a folder a development folder. `linkyard serve` refuses a folder that has one.
pub(crate) const DEV_FILE: &str = "dev.json";
const PROJECT: &str = "dev";
const CONNECTOR: &str = "humaans";
/// The auth link that is printed works for a day.
const LINK_S: i64 = 24 * 60 * 60;

/// What is kept from one start to the next.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    api_key: String,
    tokens: Tokens,
}

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Tokens {
    full: String,
    public_read: String,
}

/// What a start prints.
#[derive(Debug, Serialize)]
struct Ready {
    url: String,
    api_key: String,
    dashboard_url: String,
    auth_link: String,
    humaans_url: String,
    tokens: Tokens,
}

/// Starts, prints where everything is, and runs until told to stop.
pub(crate) async fn run(args: DevArgs) -> anyhow::Result<()> {
    crate::settings::log_to_stderr("linkyard=info,warn");
    let stop = stop::on_signal()?;
    let folder = data_folder(&args.data_dir)?;
    let hub = bind(args.port, "--port").await?;
    let provider = bind(args.sandbox_port, "--sandbox-port").await?;
    let hub_address = hub.local_addr()?;
    let provider_address = provider.local_addr()?;

    say(&args, "Preparing the Humaans sandbox");
    let sandbox = open_sandbox(&args, &folder)?;
    say(&args, "Preparing the database");
    let url = format!("http://localhost:{}", hub_address.port());
    let service = open_service(&args, &folder, &url, &provider_address.to_string()).await?;
    let humaans_url = format!("http://{provider_address}");
    let tenant = prepare_project(&service, &humaans_url).await?;
    let kept = keep(&folder, &service, &tenant, &sandbox).await?;
    let ready = ready(&service, &tenant, url, humaans_url, kept).await?;

    let stamps = tokio::spawn(wiring::keep_stamps(service.clone(), stop.clone()));
    let sandbox_task = tokio::spawn(humaans_sandbox::serve(
        sandbox,
        provider,
        stop::wished(stop.clone()),
    ));
    let options = linkyard_server::Options::default();
    let hub_task = tokio::spawn(linkyard_server::serve(
        service,
        options,
        hub,
        stop::wished(stop),
    ));
    print(&args, &ready)?;
    hub_task.await?.context("the hub stopped")?;
    sandbox_task.await?.context("the sandbox stopped")?;
    stamps.await?;
    Ok(())
}

fn say(args: &DevArgs, step: &str) {
    if !args.json {
        drop(writeln!(std::io::stderr(), "{step} …"));
    }
}

fn data_folder(folder: &Path) -> anyhow::Result<PathBuf> {
    let what = || {
        format!(
            "the data folder {} cannot be used; choose another with --data-dir",
            folder.display()
        )
    };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(what)?;
    let folder = folder.canonicalize().with_context(what)?;
    let has_database = folder.join("linkyard.db").exists();
    if has_database && !folder.join(DEV_FILE).exists() {
        bail!(
            "{} holds a production database; a development start does not touch it",
            folder.display()
        );
    }
    let probe = folder.join(".writable");
    std::fs::write(&probe, b"").with_context(what)?;
    std::fs::remove_file(&probe).with_context(what)?;
    Ok(folder)
}

async fn bind(port: u16, option: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await.with_context(|| {
        format!("port {port} cannot be used; end what uses it, or choose another with {option} (0 picks a free one)")
    })
}

fn open_sandbox(args: &DevArgs, folder: &Path) -> anyhow::Result<Sandbox> {
    let options = humaans_sandbox::Options {
        data_dir: Some(folder.join("sandbox")),
        rate_limit: (!args.no_limits).then(RateLimit::default),
        ..humaans_sandbox::Options::default()
    };
    Sandbox::open(options).context("could not open the sandbox")
}

async fn open_service(
    args: &DevArgs,
    folder: &Path,
    url: &str,
    provider: &str,
) -> anyhow::Result<Service> {
    // The file comes first: from here on the folder is a development folder, whatever happens.
    let dev_file = folder.join(DEV_FILE);
    if !dev_file.exists() {
        write_private(&dev_file, &Kept::default())?;
    }
    let mut egress = linkyard_net::Policy::strict().allow_host_port(provider)?;
    for allowed in &args.allow_egress {
        egress = egress.allow_host_port(allowed).context("--allow-egress")?;
    }
    let plan = wiring::Plan {
        database_url: format!("sqlite:{}", folder.join("linkyard.db").display()),
        owner_url: None,
        key_ring: wiring::key_ring_or_new(&folder.join("vault.key"))?,
        egress,
        account_limits: !args.no_limits,
        catalog: connectors::load(args.connectors.as_deref())?,
        settings: Settings {
            public_url: url.to_owned(),
            development: true,
        },
    };
    wiring::open(plan, &|step| say(args, step)).await
}

/// The project with its Humaans integration, pointed at this start's sandbox.
async fn prepare_project(service: &Service, humaans_url: &str) -> anyhow::Result<Tenant> {
    let id: ProjectId = PROJECT.parse()?;
    let project = match service
        .projects()
        .await?
        .into_iter()
        .find(|project| project.id == id)
    {
        Some(project) => project,
        None => {
            service
                .create_project(id, "Development", Environment::Development)
                .await?
        }
    };
    let tenant = project.tenant();
    let setup = BTreeMap::from([(
        "baseUrl".to_owned(),
        SecretString::from(format!("{humaans_url}/api")),
    )]);
    let existing = service
        .integrations(&tenant)
        .await?
        .into_iter()
        .find(|i| i.connector_key == CONNECTOR);
    if let Some(integration) = existing {
        let change = IntegrationChange {
            setup_values: setup,
            ..IntegrationChange::default()
        };
        service
            .update_integration(&tenant, integration.id, change)
            .await?;
    } else {
        let new = NewIntegration {
            connector_key: CONNECTOR.to_owned(),
            setup_values: setup,
            ..NewIntegration::default()
        };
        service.create_integration(&tenant, new).await?;
    }
    Ok(tenant)
}

/// The key and tokens of the last start, or new ones where they no longer work.
async fn keep(
    folder: &Path,
    service: &Service,
    tenant: &Tenant,
    sandbox: &Sandbox,
) -> anyhow::Result<Kept> {
    let path = folder.join(DEV_FILE);
    let text =
        std::fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
    let mut kept: Kept = serde_json::from_slice(&text).with_context(|| {
        format!(
            "{} is damaged; delete it to get a new key and tokens",
            path.display()
        )
    })?;
    if service.authenticate_key(&kept.api_key).await.is_err() {
        kept.api_key = service
            .create_key(tenant, "development", &KeyScope::ALL, None)
            .await?
            .1;
    }
    let owner = sandbox.owner_person_id();
    if !sandbox.token_is_valid(&kept.tokens.full) {
        kept.tokens.full = sandbox.create_token(&owner, "All scopes", &Scope::ALL)?;
    }
    if !sandbox.token_is_valid(&kept.tokens.public_read) {
        kept.tokens.public_read =
            sandbox.create_token(&owner, "Public data only", &[Scope::PublicRead])?;
    }
    write_private(&path, &kept)?;
    Ok(kept)
}

/// Writes the file whole or not at all, readable by its owner alone.
fn write_private(path: &Path, kept: &Kept) -> anyhow::Result<()> {
    let temporary = path.with_extension("json.new");
    let what = || format!("could not write {}", path.display());
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .with_context(what)?;
    serde_json::to_writer_pretty(&mut file, kept).with_context(what)?;
    file.sync_all().with_context(what)?;
    std::fs::rename(&temporary, path).with_context(what)
}

async fn ready(
    service: &Service,
    tenant: &Tenant,
    url: String,
    humaans_url: String,
    kept: Kept,
) -> anyhow::Result<Ready> {
    let session = NewSession {
        origin_owner_id: "acme".to_owned(),
        origin_owner_name: "Acme Ltd".to_owned(),
        provider: Some(CONNECTOR.to_owned()),
        expires_in_s: Some(LINK_S),
        ..NewSession::default()
    };
    Ok(Ready {
        dashboard_url: service.create_login_link(tenant).await?,
        auth_link: service.open_session(tenant, session).await?.auth_link_url,
        url,
        api_key: kept.api_key,
        humaans_url,
        tokens: kept.tokens,
    })
}

fn print(args: &DevArgs, ready: &Ready) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(ready)?)?;
    } else {
        out.write_all(words(ready).as_bytes())?;
    }
    out.flush()?;
    Ok(())
}

fn words(ready: &Ready) -> String {
    let Ready {
        url,
        api_key,
        dashboard_url,
        auth_link,
        humaans_url,
        tokens,
    } = ready;
    format!(
        "
Linkyard is running, with a Humaans sandbox beside it. This is a development start: nothing leaves this machine.

  Hub               {url}
  Humaans sandbox   {humaans_url}   (make and revoke tokens here)
  Dashboard         {dashboard_url}
                    (logs you in once; a new link is made at each start)

1. Open this link, as your customer's admin would, and paste a token:

  {auth_link}

  Token, all scopes        {tokens_full}
  Token, public:read only  {tokens_public}

2. Then, as your application, with this project's API key:

  export KEY={api_key}

  curl -u $KEY: {url}/accounts
  curl -u $KEY: {url}/actions
  curl -u $KEY: {url}/actions/rpc -H 'content-type: application/json' \\
    -H \"x-account-id: $(curl -s -u $KEY: {url}/accounts | sed 's/^[^\"]*\"id\":\"\\([^\"]*\\)\".*/\\1/')\" \\
    -d '{{\"action\":\"humaans_list_people\",\"query\":{{\"page_size\":5}}}}'

Stop with Ctrl-C. Started again on the same data folder, everything is still there.
",
        tokens_full = tokens.full,
        tokens_public = tokens.public_read,
    )
}
