"""Who fetches a link without anybody having opened it: programs that show a preview, and browsers that look ahead."""

from __future__ import annotations

import re

from .request import Request

#: Programs that fetch a link to show a preview of it, by the names they give themselves. Mind the slash after
#: WhatsApp and the full names elsewhere: the browsers inside these companies' apps belong to people.
_PREVIEW_ROBOTS = re.compile(
    r"LinkedInBot|Slackbot|Slack-ImgProxy|WhatsApp/|TelegramBot|facebookexternalhit|facebookcatalog|Facebot|"
    r"meta-external|Twitterbot|Discordbot|SkypeUriPreview|Googlebot|bingbot|Applebot|Viber/|redditbot|Embedly|"
    r"Iframely|vkShare|Mattermost-Bot|ZoomBot|GoogleOther|DuckDuckBot|YandexBot",
    re.IGNORECASE,
)


def is_preview(request: Request) -> bool:
    """Whether a request looks at an address without opening it: HEAD, a robot, or a prefetch."""
    purpose = f"{request.header('Sec-Purpose') or ''} {request.header('Purpose') or ''}".lower()
    robot = _PREVIEW_ROBOTS.search(request.header("User-Agent") or "")
    return request.method == "HEAD" or "prefetch" in purpose or robot is not None
