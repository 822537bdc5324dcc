"""Annex C: how anybody checks the paper, without trusting the portal."""

from __future__ import annotations

from procurement.dossier.blocks import Section, note, prose, section
from procurement.dossier.file import CaseFile


def told(file: CaseFile) -> list[Section]:
    return [
        section(
            "核对卷宗内容",
            prose(
                "一、取出数据",
                "本 PDF 附有 dossier.json 和 dossier-seal.json 两个附件，可在阅读器的“附件”栏中保存。dossier.json 是本卷宗"
                "全部内容的规范 JSON（RFC 8785），纸面所印都来自它；表格超过 500 行的，纸面只印前 500 行，其余见该文件。",
            ),
            prose(
                "二、核对哈希",
                "计算 dossier.json 的 SHA-256（例如 sha256sum dossier.json），应与封面所印“内容哈希”相同。同一案卷在数据"
                "不变时，任何人、任何时候生成的卷宗内容哈希都相同；数据有变化则不同。",
            ),
            prose(
                "三、核对签名",
                "dossier-seal.json 载有内容哈希、平台 Ed25519 签名和公钥。被签的字节是“portal/dossier/v1”加换行，再加"
                " dossier.json 的全部字节。公钥应与检查点目录中的 public-key.pem 相同。",
            ),
        ),
        section(
            "核对附件和审计日志",
            prose(
                "四、核对附件",
                "按附录一从平台下载文件并计算 SHA-256，应与所列相同；也可在公开核验页（/verify/）输入 SHA-256 或回执编号查询。",
            ),
            prose(
                "五、核对审计日志",
                "审计日志以哈希链保存，检查点在数据库之外另存，并由平台签名。运行 manage.py audit_verify --anchors 检查点目录，"
                "可以从头重算整条日志并与检查点比对；附录二所列序号、内容摘要和链值应与之相符。",
            ),
            prose(
                "六、核对专家抽取",
                "抽取记录公开种子、人选范围和见证人所述字句，运行 verify_draw 或按其说明可在任何机器上重新抽取，结果应与“专家评审”"
                "一章所列相同。",
            ),
            note(
                f"卷宗编号即案卷编号 {file.case.number}。卷宗不印生成时间：它所依据的时点是封面所列检查点。"
                "服务对象的姓名、联系方式、收款人、账号和异议人身份按最少够用的原则隐去。"
            ),
        ),
    ]
