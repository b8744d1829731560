//! VLT-1: key files that are missing, short, wrong or readable by others are refused, and the errors tell no key.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that panics fails the test"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use linkyard_core::SystemRandom;
use linkyard_vault::{KeyError, KeyRing};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn file(folder: &tempfile::TempDir, content: &[u8], mode: u32) -> PathBuf {
    let path = folder.path().join("key");
    drop(fs::remove_file(&path));
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn vlt_1_modes() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o600, 0o400] {
        KeyRing::from_key_file(&file(&folder, KEY.as_bytes(), mode)).unwrap();
    }
    for mode in [0o640, 0o604, 0o644, 0o660, 0o700, 0o601, 0o610, 0o666] {
        let path = file(&folder, KEY.as_bytes(), mode);
        let error = KeyRing::from_key_file(&path).unwrap_err();
        assert!(
            matches!(error, KeyError::Mode { mode: found, .. } if found == mode),
            "{error:?}"
        );
        let text = error.to_string();
        assert!(
            text.contains(path.to_str().unwrap()) && text.contains("chmod 600"),
            "{text}"
        );
    }
}

#[test]
fn vlt_1_contents() {
    let folder = tempfile::tempdir().unwrap();
    let two = format!("\n{KEY}\r\n  ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n");
    let keys = KeyRing::from_key_file(&file(&folder, two.as_bytes(), 0o600)).unwrap();
    assert_eq!(
        keys.current_id(),
        KeyRing::from_base64(KEY).unwrap().current_id()
    );
    assert_eq!(keys.current_id().len(), 8);

    let second_wrong = format!("{KEY}\nsecret-canary");
    let wrong: [&[u8]; 7] = [
        b"",
        b"\n \n",
        b"secret-canary",
        b"c2VjcmV0LWNhbmFyeQ==",
        &[0xff; 44],
        &KEY.as_bytes()[..43],
        second_wrong.as_bytes(),
    ];
    for content in wrong {
        let path = file(&folder, content, 0o600);
        let error = KeyRing::from_key_file(&path).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains(path.to_str().unwrap()), "{text}");
        for secret in ["canary", "c2Vj", "AAEC"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let large = file(&folder, &vec![b'\n'; 70_000], 0o600);
    assert!(matches!(
        KeyRing::from_key_file(&large),
        Err(KeyError::NotAFile { .. })
    ));
    assert!(matches!(
        KeyRing::from_key_file(folder.path()),
        Err(KeyError::NotAFile { .. })
    ));
    let missing = folder.path().join("missing");
    assert!(matches!(
        KeyRing::from_key_file(&missing),
        Err(KeyError::Read { .. })
    ));
}

#[test]
fn a_generated_file_is_private_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let made = KeyRing::generate_key_file(&path, &SystemRandom).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    let read = KeyRing::from_key_file(&path).unwrap();
    assert_eq!(made.current_id(), read.current_id());
    let before = fs::read(&path).unwrap();
    let again = KeyRing::generate_key_file(&path, &SystemRandom);
    assert!(matches!(again, Err(KeyError::Write { .. })), "{again:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
}
