//! The wish to stop.

use tokio::sync::watch;

/// Becomes `true` at SIGTERM or SIGINT.
pub(crate) fn on_signal() -> std::io::Result<watch::Receiver<bool>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        sender.send_replace(true);
    });
    Ok(receiver)
}

/// Waits until the stop is wished for.
pub(crate) async fn wished(mut stop: watch::Receiver<bool>) {
    // An error means that nobody can wish for it any more, which ends the wait just as well.
    drop(stop.wait_for(|stop| *stop).await);
}
