//! The program as a process.

use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

#[cfg(unix)]
#[tokio::test]
async fn it_ends_well_when_told_to_terminate() {
    let dir = tempfile::tempdir().unwrap();
    for signal in ["TERM", "INT"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_humaans-sandbox"))
            .args(["--port", "0", "--today", "2026-03-02", "--data-dir"])
            .arg(dir.path())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next_line().await.unwrap().unwrap();
        let url = first.strip_prefix("Humaans sandbox: ").unwrap();
        let health = reqwest::get(format!("{url}/_sandbox/health")).await;
        assert_eq!(health.unwrap().status(), 200);

        let id = child.id().unwrap().to_string();
        let told = Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .await;
        assert!(told.unwrap().success());
        let end = std::time::Duration::from_secs(10);
        let status = tokio::time::timeout(end, child.wait()).await;
        assert!(status.unwrap().unwrap().success(), "{signal}");
    }
}
