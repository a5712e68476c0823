//! Work that was set aside after too many failures: listed, and tried again.

use valetkey_sdk::point;

use super::{AppError, grants};
use crate::desk::Desk;
use crate::engine::domain;
use crate::ids::GrantId;
use crate::store::grants::GrantRow;
use crate::store::jobs::Listed;
use crate::store::{Store, StoreError};

/// A job that waits for the operator, and the grant that it is about.
pub struct SetAside {
    pub job: Listed,
    pub grant: Option<GrantRow>,
}

/// All of them, the oldest first.
pub async fn list_set_aside(store: &Store) -> Result<Vec<SetAside>, StoreError> {
    let mut out = Vec::new();
    for job in store.list_jobs_as_operator(true).await? {
        let grant = store.find_grant(&job.scope, &GrantId::from_text(&job.subject_id)).await?;
        out.push(SetAside { job, grant });
    }
    Ok(out)
}

/// Tries all of them again, or the one of this grant; how many there were.
pub async fn retry_set_aside(desk: &Desk, only: Option<&str>) -> Result<usize, AppError> {
    let mut all = list_set_aside(&desk.store).await?;
    all.retain(|aside| only.is_none_or(|id| aside.job.subject_id == id));
    for SetAside { job, .. } in &all {
        if job.kind == domain::KIND {
            let look = domain::look_at(desk, job.scope.agency(), desk.now_ms());
            desk.store.commit(point!("retry domain"), &job.scope, vec![look]).await?;
        } else {
            grants::retry(desk, &job.scope, &job.subject_id).await?;
        }
    }
    Ok(all.len())
}
