"""Why a file is turned away, in the words its sender reads."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "empty": _("文件是空的，请重新选择文件。"),
    "too_large": _("文件超过 %(limit)s，请压缩或拆分后再上传。"),
    "too_many": _("这件事项的附件已达 %(limit)s 个，请先整理后再上传。"),
    "extension": _("不接受这种文件。请上传 PDF、Word（docx）、Excel（xlsx）或图片（png、jpg）。"),
    "pdf_only": _("投标（响应）文件须为 PDF，以便评审时逐页查看。请另存为 PDF 后上传。"),
    "type_mismatch": _("文件内容与扩展名“%(extension)s”不符，请用原软件另存为正确格式后上传。"),
    "unreadable": _("文件已损坏或无法读取，请在本机打开确认后重新保存再上传。"),
    "encrypted": _("文件设有密码或加密，请去除密码后上传。"),
    "active_content": _("PDF 含有脚本、自动动作或嵌入文件，请另存（打印）为普通 PDF 后上传。"),
    "polyglot": _("文件中混有网页或压缩包内容，不予接收。"),
    "macro": _("文件含有宏，请另存为不含宏的 docx 或 xlsx 后上传。"),
    "external_reference": _("文件引用了外部内容，请断开链接、把内容嵌入后上传。"),
    "nested_archive": _("文件中嵌有其他文件或对象，请删除嵌入对象，分别上传。"),
    "symlink": _("文件内部结构异常（符号链接），不予接收。"),
    "traversal": _("文件内部路径异常，不予接收。"),
    "duplicate_entries": _("文件内部条目重复，结构异常，不予接收。"),
    "xml_entities": _("文件内部含有实体声明，结构异常，不予接收。"),
    "too_many_entries": _("文件内部条目过多，请拆分后上传。"),
    "bomb": _("文件解压后过大，不予接收。"),
    "too_complex": _("文件结构过于复杂或页数过多，请拆分后上传。"),
    "too_many_pixels": _("图片尺寸过大（超过 4000 万像素），请缩小后上传。"),
    "superseded": _("这份文件已有更新的版本，请刷新页面后在最新版本上操作。"),
}


class UploadRefused(Exception):
    """The file is not accepted and nothing of it is kept. `code` is stable, `message` is for the sender."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code = code
        self.message = str(REASONS[code]) % facts if facts else str(REASONS[code])
        super().__init__(self.message)
