//! The connectors on offer: those in the binary, and those of a folder.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use linkyard_connector::Loaded;
use linkyard_service::Catalog;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../connectors"]
#[include = "*.yaml"]
struct BuiltIn;

/// Loads every connector. One of the folder replaces a built-in one with the same key.
///
/// # Errors
///
/// If a file has a fault. The message lists all faults with file, line and column.
pub(crate) fn load(folder: Option<&Path>) -> anyhow::Result<Catalog> {
    let mut catalog = Catalog::new();
    for (name, files) in built_in() {
        let loaded = linkyard_connector::load_bundle(&name, &files)
            .with_context(|| format!("the built-in connector {name} does not load"))?;
        insert(&mut catalog, loaded);
    }
    if let Some(folder) = folder {
        add_folder(&mut catalog, folder)?;
    }
    Ok(catalog)
}

fn built_in() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut connectors: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for path in BuiltIn::iter() {
        if let (Some((name, file)), Some(content)) = (path.split_once('/'), BuiltIn::get(&path)) {
            let text = String::from_utf8_lossy(&content.data).into_owned();
            connectors
                .entry(name.to_owned())
                .or_default()
                .insert(file.to_owned(), text);
        }
    }
    connectors
}

fn add_folder(catalog: &mut Catalog, folder: &Path) -> anyhow::Result<()> {
    if !folder.is_dir() {
        bail!("--connectors: {} is not a folder", folder.display());
    }
    let mut faults = Vec::new();
    for (_, result) in linkyard_connector::load_folder_of_connectors(folder) {
        match result {
            Ok(loaded) => insert(catalog, loaded),
            Err(fault) => faults.push(fault.to_string()),
        }
    }
    if !faults.is_empty() {
        bail!(
            "these connector files have mistakes:\n{}",
            faults.join("\n")
        );
    }
    Ok(())
}

fn insert(catalog: &mut Catalog, loaded: Loaded) {
    for warning in &loaded.warnings {
        tracing::warn!(%warning, "connector file");
    }
    catalog.insert(loaded.connector.key.clone(), loaded.connector);
}
