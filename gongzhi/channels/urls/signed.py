"""Addresses below /channels/: the signed doors."""

from django.urls import path

from gongzhi.channels.views import inbound, wechat

app_name = "channels"
urlpatterns = [
    path("wechat/", wechat.callback, name="wechat"),
    path("mail/", inbound.mail_in, name="mail"),
    path("sms/", inbound.sms_in, name="sms"),
]
