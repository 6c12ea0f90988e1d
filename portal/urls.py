"""All addresses of the portal."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns  # noqa: F401
from django.urls import include, path

from portal import desk_urls, firm_urls
from portal.views import styleguide

handler400 = "portal.views.public.bad_request"

urlpatterns = [
    *firm_urls.urlpatterns,
    *desk_urls.urlpatterns,
    path("accounts/", include("allauth.account.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("api/v1/", include("portal.api.urls")),
]
if settings.MODE != "production":
    urlpatterns += [
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("styleguide/<slug:name>/", styleguide.styleguide, name="styleguide_page"),
    ]
