"""Addresses of group plans and activities."""

from django.urls import path

from observations.views import activities, plan_texts, plans

urlpatterns = [
    path("groepen/<uuid:pk>/plannen/", plans.group_plans, name="group_plans"),
    path("groepen/<uuid:pk>/plannen/nieuw/", plans.group_plan_new, name="group_plan_new"),
    path("groepsplannen/<uuid:pk>/", plans.group_plan, name="group_plan"),
    path("groepsplannen/<uuid:pk>/pdf/", plans.group_plan_pdf, name="group_plan_pdf"),
    path("groepsplannen/<uuid:pk>/effect/", plans.group_plan_effect, name="group_plan_effect"),
    path("groepsplannen/<uuid:pk>/stap/", plans.group_plan_step, name="group_plan_step"),
    path("groepsplannen/<uuid:pk>/volgend/", plans.group_plan_next, name="group_plan_next"),
    path("groepsplannen/<uuid:pk>/indelen/<slug:code>/", plans.group_plan_arrange, name="group_plan_arrange"),
    path("groepsplannen/<uuid:pk>/clusters/<uuid:cluster_id>/", plan_texts.group_plan_texts, name="group_plan_texts"),
    path(
        "groepsplannen/<uuid:pk>/clusters/<uuid:cluster_id>/activiteiten/",
        plan_texts.group_plan_activities,
        name="group_plan_activities",
    ),
    path(
        "groepsplannen/<uuid:pk>/activiteiten/<uuid:activity_id>/",
        plan_texts.group_plan_activity,
        name="group_plan_activity",
    ),
    path("activiteiten/", activities.activities, name="activities"),
    path("activiteiten/nieuw/", activities.activity_new, name="activity_new"),
    path("activiteiten/<uuid:pk>/", activities.activity, name="activity"),
]
