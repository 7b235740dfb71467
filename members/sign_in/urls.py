"""The pages of django-allauth that are more here than there, under /compte/, and before its own."""

from allauth.account import views as account
from django.urls import path

from members.sign_in import views
from members.sign_in.reauthentication import reauthentication_required, recent_sign_in_required

urlpatterns = [
    path("email/", recent_sign_in_required(account.email), name="account_email"),
    path(
        "password/set/",
        reauthentication_required(account.password_set),
        name="account_set_password",
    ),
    path("2fa/", views.security, name="mfa_index"),
    path("2fa/authenticate/", views.second_step, name="mfa_authenticate"),
    path("2fa/reauthenticate/", views.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", views.activate_application, name="mfa_activate_totp"),
    path("2fa/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/webauthn/login/", views.sign_in_with_passkey, name="mfa_login_webauthn"),
    path("2fa/webauthn/add/", views.add_passkey, name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        views.reauthenticate_with_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
    path("sessions/", views.sessions, name="usersessions_list"),
]
