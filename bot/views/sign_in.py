"""What is wrong with the bot's sign-in to Microsoft, and what a bot admin does about it."""

from bot.language import Language, deferred
from bot.partner_center.errors import SignInCause, SignInRefused
from bot.views.foreign import Words, sentence, span

CONNECT = "python -m bot connect"
CAUSES = {
    SignInCause.MFA_MISSING: deferred("it lacks multi-factor authentication."),
    SignInCause.UNUSED: deferred("it was unused for 90 days."),
    SignInCause.CONSENT_WITHDRAWN: deferred("its consent was withdrawn."),
    SignInCause.CONDITIONAL_ACCESS: deferred("Conditional Access blocks it."),
    SignInCause.REVOKED: deferred("it was revoked or the password changed."),
    SignInCause.APP_SECRET: deferred("the app’s secret is wrong or has expired."),
    SignInCause.APP_UNKNOWN: deferred("the app’s registration is not found."),
    SignInCause.APP_DISABLED: deferred("the app is disabled in your organisation."),
    SignInCause.APP_NOT_IN_TENANT: deferred("the app is not installed in your organisation."),
    SignInCause.NOT_ASSIGNED: deferred("the account is not assigned to the app."),
    SignInCause.PARTNER_CENTER_MISSING: deferred("Partner Center is not set up for the app."),
    SignInCause.OTHER: deferred("Microsoft names no cause the bot knows."),
}
OF_THE_APP = frozenset(
    {
        SignInCause.APP_SECRET,
        SignInCause.APP_UNKNOWN,
        SignInCause.APP_DISABLED,
        SignInCause.APP_NOT_IN_TENANT,
        SignInCause.NOT_ASSIGNED,
        SignInCause.PARTNER_CENTER_MISSING,
    }
)
"""What signing in again does not mend."""


def why(lang: Language, error: SignInRefused) -> Words:
    """Return the cause; one that the bot does not know with Microsoft's number for it."""
    code = error.diagnosis.code if error.diagnosis else None
    if error.cause is SignInCause.OTHER and code:
        return sentence(lang.text("Microsoft names a cause the bot does not know, {code}."), code=span(code))
    return sentence(lang.text(CAUSES[error.cause]))


def mend(lang: Language, cause: SignInCause) -> Words:
    """Return what a bot admin does about it."""
    client, tenant = span("PARTNER_CENTER_CLIENT_ID"), span("PARTNER_CENTER_TENANT_ID")
    match cause:
        case SignInCause.CONDITIONAL_ACCESS:
            how = lang.text("Have an administrator exempt the bot’s account, then run {command} on the server.")
            return sentence(how, command=span(CONNECT))
        case SignInCause.APP_SECRET:
            how = lang.text("Create a new secret in Microsoft Entra and set {setting}.")
            return sentence(how, setting=span("PARTNER_CENTER_CLIENT_SECRET"))
        case SignInCause.APP_UNKNOWN:
            return sentence(lang.text("Check {client} and {tenant}."), client=client, tenant=tenant)
        case SignInCause.APP_DISABLED:
            return sentence(lang.text("Enable it in Microsoft Entra, under Enterprise applications."))
        case SignInCause.APP_NOT_IN_TENANT:
            how = lang.text("Check {tenant}, then have an administrator grant consent to the app in Microsoft Entra.")
            return sentence(how, tenant=tenant)
        case SignInCause.NOT_ASSIGNED:
            return sentence(lang.text("Assign it in Microsoft Entra, under Enterprise applications."))
        case SignInCause.PARTNER_CENTER_MISSING:
            how = lang.text(
                "Check {setting}, then give the app the permission Microsoft Partner Center in Microsoft Entra and "
                "have an administrator grant consent."
            )
            return sentence(how, setting=span("PARTNER_CENTER_CLOUD"))
        case _:
            return sentence(lang.text("Run {command} on the server; no restart is needed."), command=span(CONNECT))
