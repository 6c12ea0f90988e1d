"""Who am I: account, applicants, office, token."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from applications.models import Membership, Organisation
from applications.permissions import official_of
from portal.api.base import ApiView
from portal.api.tokens import revoke_token

ROLES = [role.value for role in Membership.Role]
KINDS_OF_ORGANISATIONS = [kind.value for kind in Organisation.Kind]


class OrganisationSerializer(serializers.Serializer):
    """An applicant that the user acts for."""

    id = serializers.IntegerField(source="organisation.pk")
    kind = serializers.ChoiceField(KINDS_OF_ORGANISATIONS, source="organisation.kind")
    name = serializers.CharField(source="organisation.name")
    name_kana = serializers.CharField(source="organisation.name_kana", allow_blank=True)
    corporate_number = serializers.CharField(source="organisation.corporate_number", allow_blank=True)
    role = serializers.ChoiceField(ROLES)


class OfficialSerializer(serializers.Serializer):
    """An office of the city and what its holder may do."""

    section = serializers.CharField()
    title = serializers.CharField()
    reviews = serializers.BooleanField()
    approves = serializers.BooleanField()
    audits = serializers.BooleanField()
    keeps_kpi = serializers.BooleanField()


class TokenSerializer(serializers.Serializer):
    """The token of this request."""

    name = serializers.CharField()
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry")


class MeSerializer(serializers.Serializer):
    """The owner of the token."""

    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    language = serializers.ChoiceField(["ja", "en"])
    organisations = OrganisationSerializer(many=True)
    official = OfficialSerializer(allow_null=True)
    token = TokenSerializer()


class MeView(ApiView):
    """The caller."""

    tag = "account"

    @extend_schema(
        operation_id="readMe",
        summary="Who am I / 自分の情報",
        description="Account, applicants with roles, office, and the token of this request. / "
        "アカウント、申請者と役割、市職員としての権限、使用中のトークン。",
        responses=MeSerializer,
    )
    def get(self, request: Request) -> Response:
        """The owner of the token."""
        official = official_of(request.user)
        content: dict[str, Any] = {
            "email": request.user.email,
            "name": request.user.name,
            "language": request.user.language,
            "organisations": OrganisationSerializer(memberships_of(request), many=True).data,
            "official": OfficialSerializer(official).data if official is not None else None,
            "token": TokenSerializer(request.auth).data,
        }
        return Response(content)


class OrganisationListView(ApiView):
    """Applicants."""

    tag = "account"

    @extend_schema(
        operation_id="listOrganisations",
        summary="My applicants / 申請者の一覧",
        description="Applicants that the owner of the token acts for. / トークンの持ち主が手続を行える申請者。",
        responses=OrganisationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """In order of entry."""
        return Response(OrganisationSerializer(memberships_of(request), many=True).data)


class CurrentTokenView(ApiView):
    """The token of this request."""

    tag = "account"

    @extend_schema(
        operation_id="revokeCurrentToken",
        summary="Revoke this token / このトークンを失効させる",
        description="The token of this request stops working at once. / このリクエストのトークンを直ちに失効させます。",
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        """Revoked."""
        revoke_token(request.user, request.auth.pk)
        return Response(status=204)


def memberships_of(request: Request) -> Any:
    """Memberships of the caller, applicants loaded."""
    return Membership.objects.filter(user=request.user).select_related("organisation").order_by("organisation_id")
