"""HTTP: signing in, who am I, signing out."""

from fastapi import APIRouter, status

from trace_backend.kit.auth import Subject, SubjectKind
from trace_backend.kit.context import Bearer, CurrentSubject, Record, Tx
from trace_backend.kit.credentials import end_login_session
from trace_backend.kit.errors import FORBIDDEN, RecordError
from trace_backend.kit.problems import problem_responses
from trace_backend.orgs.schemas import PasswordChange, SessionOut, SignIn, SubjectOut
from trace_backend.orgs.sign_in import change_own_password, sign_in

router = APIRouter(
    prefix="/v1/session", tags=["session"], responses=problem_responses(401, 422, 429, 503)
)


@router.post("", status_code=status.HTTP_201_CREATED)
def begin_session(record: Record, body: SignIn) -> SessionOut:
    """Sign in with a password; the token is valid for 12 hours."""
    begun = sign_in(record.database, record.clock, body.login, body.password.get_secret_value())
    return SessionOut(
        token=begun.token, expires_at=begun.expires_at, subject=_subject_out(begun.subject)
    )


@router.get("")
def show_session(subject: CurrentSubject) -> SubjectOut:
    """Tell who is asking: works with API keys too."""
    return _subject_out(subject)


@router.put("/password", status_code=status.HTTP_204_NO_CONTENT, responses=problem_responses(403))
def change_password(subject: CurrentSubject, record: Record, body: PasswordChange) -> None:
    """Change one's own password; all own sessions end, this one too."""
    if subject.kind is not SubjectKind.USER:
        raise RecordError(FORBIDDEN, "an API key has no password")
    change_own_password(
        record.database,
        record.clock,
        subject.id,
        body.password.get_secret_value(),
        body.new_password.get_secret_value(),
    )


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
def end_session(_subject: CurrentSubject, bearer: Bearer, session: Tx, record: Record) -> None:
    """Sign out: the session token is worth nothing from now on. An API key stays as it is."""
    if bearer is not None:
        end_login_session(session, record.clock, bearer.credentials)


def _subject_out(subject: Subject) -> SubjectOut:
    return SubjectOut(
        kind=subject.kind,
        id=subject.id,
        tenant_id=subject.tenant_id,
        organisation_id=subject.organisation_id,
        permissions=sorted(subject.permissions),
    )
