"""Addresses of accounts."""

from django.urls import path

from accounts.staff import views as staff
from accounts.views import (
    colleague,
    colleague_roles,
    exports,
    invite,
    leaving,
    passkey_sign_in,
    passkeys,
    policy,
    reviews,
    second_factor,
    second_step,
    sessions,
)
from accounts.views.administration import administration
from accounts.views.colleagues import colleagues
from accounts.views.invitation import invitation
from accounts.views.password_change import password_change
from accounts.views.password_reset import password_forgotten, password_forgotten_sent, password_reset
from accounts.views.password_strength import password_strength
from accounts.views.role_matrix import show_role_matrix
from accounts.views.sign_in import sign_in, sign_out
from accounts.views.step_up import step_up
from accounts.views.trail import export_trail, show_trail

app_name = "accounts"

urlpatterns = [
    path("inloggen/", sign_in, name="sign_in"),
    path("inloggen/tweede-stap/", second_step.second_step, name="second_step"),
    path("inloggen/tweede-stap/opties/", second_step.second_step_options, name="second_step_options"),
    path("inloggen/tweede-stap/herstelcode/", second_step.second_step_recovery, name="second_step_recovery"),
    path("inloggen/toegangssleutel/", passkey_sign_in.passkey_sign_in, name="passkey_sign_in"),
    path("inloggen/toegangssleutel/opties/", passkey_sign_in.passkey_sign_in_options, name="passkey_sign_in_options"),
    path("uitloggen/", sign_out, name="sign_out"),
    path("bevestigen/", step_up, name="step_up"),
    path("wachtwoord/sterkte/", password_strength, name="password_strength"),
    path("wachtwoord-vergeten/", password_forgotten, name="password_forgotten"),
    path("wachtwoord-vergeten/verstuurd/", password_forgotten_sent, name="password_forgotten_sent"),
    path("wachtwoord/nieuw/<uuid:user_id>/<str:token>/", password_reset, name="password_reset"),
    path("uitnodiging/<uuid:user_id>/<str:token>/", invitation, name="invitation"),
    path("account/wachtwoord/", password_change, name="password_change"),
    path("vergrendelen/", sessions.lock, name="lock"),
    path("ontgrendelen/", sessions.unlock, name="unlock"),
    path("ontgrendelen/toegangssleutel/", passkey_sign_in.unlock_by_passkey, name="unlock_by_passkey"),
    path("account/toegangssleutel/opties/", passkey_sign_in.passkey_options, name="passkey_options"),
    path("account/nieuw-wachtwoord/", second_factor.password_link, name="password_link"),
    path("account/tweede-stap/", second_factor.second_factor, name="second_factor"),
    path("account/tweede-stap/app/", second_factor.totp_add, name="totp_add"),
    path("account/tweede-stap/app/verwijderen/", second_factor.totp_remove, name="totp_remove"),
    path("account/tweede-stap/herstelcodes/", second_factor.recovery_codes, name="recovery_codes"),
    path("account/tweede-stap/herstelcodes/bestand/", second_factor.recovery_codes_file, name="recovery_codes_file"),
    path("account/tweede-stap/toegangssleutel/", passkeys.passkey_add, name="passkey_add"),
    path("account/tweede-stap/toegangssleutel/opties/", passkeys.passkey_add_options, name="passkey_add_options"),
    path("account/tweede-stap/toegangssleutel/<uuid:pk>/", passkeys.passkey, name="passkey"),
    path("account/tweede-stap/toegangssleutel/<uuid:pk>/verwijderen/", passkeys.passkey_remove, name="passkey_remove"),
    path("sessie/", sessions.session_status, name="session_status"),
    path("sessie/verlengen/", sessions.session_extend, name="session_extend"),
    path("account/sessies/", sessions.sessions, name="sessions"),
    path("account/sessies/andere-beeindigen/", sessions.sessions_end_others, name="sessions_end_others"),
    path("account/sessies/<uuid:pk>/beeindigen/", sessions.session_end, name="session_end"),
    path("beheer/", administration, name="administration"),
    path("beheer/wie-mag-wat/", show_role_matrix, name="role_matrix"),
    path("beheer/collegas/", colleagues, name="colleagues"),
    path("beheer/collegas/uitnodigen/", invite.invite, name="invite"),
    path("beheer/collegas/uitnodigen/lijst/", invite.invite_many, name="invite_many"),
    path("beheer/collegas/<uuid:pk>/", colleague.colleague, name="colleague"),
    path("beheer/collegas/<uuid:pk>/gegevens/", colleague.colleague_details, name="colleague_details"),
    path("beheer/collegas/<uuid:pk>/van-het-slot/", colleague.colleague_unlock, name="colleague_unlock"),
    path("beheer/collegas/<uuid:pk>/uitloggen/", colleague.colleague_sessions_end, name="colleague_sessions_end"),
    path("beheer/collegas/<uuid:pk>/tweede-stap/", colleague.colleague_factor_reset, name="colleague_factor_reset"),
    path("beheer/collegas/<uuid:pk>/uitnodiging/", colleague.colleague_invitation, name="colleague_invitation"),
    path("beheer/collegas/<uuid:pk>/rollen/nieuw/", colleague_roles.colleague_role_new, name="colleague_role_new"),
    path(
        "beheer/collegas/<uuid:pk>/rollen/<uuid:assignment_id>/", colleague_roles.colleague_role, name="colleague_role"
    ),
    path("beheer/collegas/<uuid:pk>/vertrek/", leaving.leaving, name="leaving"),
    path("beheer/collegas/<uuid:pk>/heropenen/", leaving.colleague_reopen, name="colleague_reopen"),
    path("beheer/inloggen/", policy.sign_in_policy, name="sign_in_policy"),
    path("beheer/inloggen/wachtwoorden/", policy.policy_password, name="policy_password"),
    path("beheer/inloggen/tweede-stap/", policy.policy_second_factor, name="policy_second_factor"),
    path("beheer/inloggen/adressen/", policy.policy_networks, name="policy_networks"),
    path("beheer/inloggen/noodroute/", policy.policy_emergency_end, name="policy_emergency_end"),
    path("beheer/inloggen/domeinen/", policy.policy_domain_add, name="policy_domain_add"),
    path("beheer/inloggen/domeinen/<uuid:pk>/", policy.policy_domain_remove, name="policy_domain_remove"),
    path("beheer/logboek/", show_trail, name="trail"),
    path("beheer/logboek/csv/", export_trail, name="trail_csv"),
    path("beheer/toegangscontrole/", reviews.access_review, name="access_review"),
    path("beheer/toegangscontrole/begin/", reviews.access_review_begin, name="access_review_begin"),
    path("beheer/toegangscontrole/<uuid:pk>/", reviews.access_review_walk, name="access_review_walk"),
    path("beheer/toegangscontrole/<uuid:pk>/aftekenen/", reviews.access_review_sign, name="access_review_sign"),
    path("beheer/toegangscontrole/<uuid:pk>/csv/", reviews.access_review_csv, name="access_review_csv"),
    path("beheer/overzichten/", exports.exports, name="exports"),
    path("beheer/overzichten/rollen/", exports.roles_csv, name="roles_csv"),
    path("beheer/overzichten/tweede-stap/", exports.second_factor_csv, name="second_factor_csv"),
    path("beheer/overzichten/subverwerkers/", exports.subprocessors_csv, name="subprocessors_csv"),
    path("bazalt/", staff.desk, name="staff"),
    path("bazalt/beheerder/", staff.administrator, name="staff_administrator"),
    path("bazalt/beheerder/<uuid:pk>/ontgrendelen/", staff.unlock, name="staff_unlock"),
    path("bazalt/beheerder/<uuid:pk>/tweede-stap/", staff.factor, name="staff_factor"),
    path("bazalt/beheerder/<uuid:pk>/adreslijst/", staff.networks, name="staff_networks"),
]
