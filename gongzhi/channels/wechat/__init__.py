"""The callback protocol of WeChat official accounts as plain values: signatures, sealing, messages, commands.

The protocol: https://developers.weixin.qq.com/doc/offiaccount/ (message management, message encryption).
"""
