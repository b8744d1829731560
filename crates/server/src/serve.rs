//! Serves the router on a listener until told to stop.

use std::future::Future;
use std::time::Duration;

use linkyard_service::Service;
use tokio::net::TcpListener;

use crate::{Options, router};

/// How long requests that are under way may take to finish once the stop has been asked for.
const DRAIN: Duration = Duration::from_secs(30);

/// Serves until `shutdown` is done, then lets what is under way finish, for 30 seconds at most.
///
/// # Errors
///
/// If the listener fails.
pub async fn serve(
    service: Service,
    options: Options,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let signal = async move {
        shutdown.await;
        stop.send_replace(true);
    };
    let mut deadline = stopped.clone();
    let late = async move {
        if deadline.wait_for(|stop| *stop).await.is_ok() {
            tokio::time::sleep(DRAIN).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let app = router(service, options);
    let server = axum::serve(listener, app).with_graceful_shutdown(signal);
    tokio::select! {
        result = server => result,
        () = late => Ok(()),
    }
}
