//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// A self-hosted hub for linking accounts.
#[derive(Debug, Parser)]
#[command(name = "linkyard", version, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a hub and a provider sandbox to develop with and to try things
    Dev(DevArgs),
    /// Start the hub for production
    Serve(ConfigArgs),
    /// Manage projects, keys, integrations and dashboard log-in
    Admin(AdminArgs),
}

/// `linkyard dev`
#[derive(Debug, ClapArgs)]
pub(crate) struct DevArgs {
    /// Port of the hub; 0 picks a free one
    #[arg(long, default_value_t = 4747)]
    pub(crate) port: u16,
    /// Port of the sandbox; 0 or none picks a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) sandbox_port: u16,
    /// Folder for the database, keys and sandbox data
    #[arg(long, default_value = "linkyard-dev")]
    pub(crate) data_dir: PathBuf,
    /// Print one JSON line when everything answers, instead of words
    #[arg(long)]
    pub(crate) json: bool,
    /// Lift the account's and the sandbox's rate limits (for measuring)
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// Also allow requests to this address, in clear and private networks too (repeatable)
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) allow_egress: Vec<String>,
    /// Folder with more connectors, one folder each; one with a known key replaces the built-in one
    #[arg(long, value_name = "DIR")]
    pub(crate) connectors: Option<PathBuf>,
}

/// Where the settings are.
#[derive(Debug, ClapArgs)]
pub(crate) struct ConfigArgs {
    /// Settings file (TOML). Environment variables such as LINKYARD__DATABASE__URL win over it
    #[arg(long, value_name = "FILE", env = "LINKYARD_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// `linkyard admin`
#[derive(Debug, ClapArgs)]
pub(crate) struct AdminArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    #[command(subcommand)]
    pub(crate) command: AdminCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Make and list projects
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Make, list and switch off API keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Enable connectors in a project
    #[command(subcommand)]
    Integration(IntegrationCommand),
    /// Print a link that opens a project's dashboard once, within the hour
    LoginLink {
        /// The project
        #[arg(long)]
        project: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProjectCommand {
    /// Make a project
    Create {
        /// Its id: lower-case letters, digits and hyphens
        id: String,
        /// Its display name; the id when absent
        #[arg(long)]
        name: Option<String>,
    },
    /// List the projects
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key and print it, this once
    Create {
        #[arg(long)]
        project: String,
        /// What it is for
        #[arg(long)]
        name: String,
        /// What it may do (repeatable); without it, everything but the proxy, credentials and administration
        #[arg(long)]
        scope: Vec<String>,
    },
    /// List the keys of a project
    List {
        #[arg(long)]
        project: String,
    },
    /// Switch a key off
    Disable {
        #[arg(long)]
        project: String,
        /// The key's id, from `key list`
        id: String,
    },
    /// Delete a key
    Delete {
        #[arg(long)]
        project: String,
        /// The key's id, from `key list`
        id: String,
    },
}

/// What happens to credentials that lack scopes.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum MissingScopesArg {
    /// Link them, and say what is missing
    Allow,
    /// Do not link them
    Refuse,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IntegrationCommand {
    /// Enable a connector in a project
    Create {
        #[arg(long)]
        project: String,
        /// The connector's key
        #[arg(long)]
        connector: String,
        /// Display name
        #[arg(long)]
        name: Option<String>,
        /// A setup value, KEY=VALUE (repeatable)
        #[arg(long, value_name = "KEY=VALUE")]
        set: Vec<String>,
        /// An action to enable (repeatable); all without it
        #[arg(long)]
        action: Vec<String>,
        #[arg(long)]
        missing_scopes: Option<MissingScopesArg>,
    },
    /// List the integrations of a project
    List {
        #[arg(long)]
        project: String,
    },
    /// Change an integration
    Update {
        #[arg(long)]
        project: String,
        /// The integration's id, from `integration list`
        id: String,
        /// A setup value, KEY=VALUE (repeatable)
        #[arg(long, value_name = "KEY=VALUE")]
        set: Vec<String>,
        #[arg(long)]
        missing_scopes: Option<MissingScopesArg>,
        /// Offer it, or not
        #[arg(long)]
        active: Option<bool>,
    },
}
