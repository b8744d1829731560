//! The connectors that ship with the hub load without a fault and without a warning.

use std::path::Path;

const WANTED: [&str; 12] = [
    "list_people",
    "get_person",
    "update_person",
    "list_job_roles",
    "list_locations",
    "get_company",
    "get_me",
    "list_compensations",
    "list_time_away",
    "create_time_away",
    "list_time_away_types",
    "get_token_info",
];

#[test]
fn humaans_loads_clean() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../connectors/humaans");
    let loaded = linkyard_connector::load(&dir)
        .map_err(|faults| faults.to_string())
        .unwrap();
    assert_eq!(loaded.warnings, []);
    for action in WANTED {
        assert!(loaded.connector.actions.contains_key(action), "{action}");
    }
    assert!(loaded.connector.granted_scopes.is_some());
}
