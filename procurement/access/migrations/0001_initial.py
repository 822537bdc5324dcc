import django.db.models.deletion
import pgtrigger.compiler
import procurement.guarded
import procurement.privacy.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=64, unique=True, verbose_name='账号')),
                ('name', models.CharField(max_length=64, verbose_name='姓名')),
                ('email', procurement.privacy.fields.EncryptedEmailField(blank=True, max_length=254, verbose_name='电子邮箱')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('is_system', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': '账号',
                'verbose_name_plural': '账号',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_system', True)), fields=('is_system',), name='user_single_system_account')],
            },
        ),
        migrations.CreateModel(
            name='DutyException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_id', models.UUIDField(db_index=True)),
                ('duty', models.CharField(choices=[('demand_author', '需求编制'), ('demand_reviewer', '需求内部审核'), ('document_author', '文件编制'), ('document_checker', '文件复核'), ('budget_preparer', '预算编制'), ('budget_approver', '预算审批'), ('applicant', '项目申报'), ('endorser', '主责单位推荐'), ('prechecker', '初审'), ('panel_organizer', '评审组织'), ('panel_member', '专家评审'), ('award_decider', '审定立项'), ('objection_handler', '异议复核'), ('challenge_replier', '质疑答复'), ('complaint_decider', '投诉处理'), ('contract_drafter', '合同拟定'), ('contract_signer', '合同签署'), ('payment_requester', '付款申请'), ('payment_approver', '付款审批'), ('payer', '支付'), ('report_reviewer', '报告审核'), ('acceptor', '验收'), ('financial_auditor', '财务审计'), ('evaluator', '第三方评估'), ('closer', '结项审定')], max_length=32)),
                ('reason', models.TextField()),
                ('approved_at', models.DateTimeField()),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('person', models.F('approved_by')), _negated=True), name='duty_exception_not_self_approved')],
            },
        ),
        procurement.guarded.GuardedModel(
            name='DutyRecord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('case_id', models.UUIDField(db_index=True)),
                ('duty', models.CharField(choices=[('demand_author', '需求编制'), ('demand_reviewer', '需求内部审核'), ('document_author', '文件编制'), ('document_checker', '文件复核'), ('budget_preparer', '预算编制'), ('budget_approver', '预算审批'), ('applicant', '项目申报'), ('endorser', '主责单位推荐'), ('prechecker', '初审'), ('panel_organizer', '评审组织'), ('panel_member', '专家评审'), ('award_decider', '审定立项'), ('objection_handler', '异议复核'), ('challenge_replier', '质疑答复'), ('complaint_decider', '投诉处理'), ('contract_drafter', '合同拟定'), ('contract_signer', '合同签署'), ('payment_requester', '付款申请'), ('payment_approver', '付款审批'), ('payer', '支付'), ('report_reviewer', '报告审核'), ('acceptor', '验收'), ('financial_auditor', '财务审计'), ('evaluator', '第三方评估'), ('closer', '结项审定')], max_length=32)),
                ('by_assignment', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case_id', 'person', 'duty'), name='duty_once_per_person_and_case')],
                'triggers': [pgtrigger.compiler.Trigger(name='duty_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='75834bee6641467c02a07bdb501e9d0c1c62ca98', operation='UPDATE', pgid='pgtrigger_duty_is_kept_f93ee', table='access_dutyrecord', when='BEFORE'))],
            },
        ),
    ]
