import django.db.models.deletion
import pgtrigger.compiler
import procurement.guarded
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
        ('rules', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=32)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('series', 'year'), name='number_series_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkflowTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('jurisdiction', models.CharField(blank=True, max_length=64, verbose_name='适用地区')),
                ('regime', models.CharField(blank=True, max_length=32)),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='来源')),
                ('note', models.TextField(blank=True)),
                ('valid_from', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='workflow_template_version_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkflowStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=80)),
                ('phase', models.CharField(blank=True, choices=[('initiation', '立项'), ('implementation', '实施'), ('closeout', '结项')], max_length=20)),
                ('party', models.CharField(blank=True, max_length=32)),
                ('roles', models.JSONField(default=list)),
                ('limit_parameter', models.CharField(blank=True, max_length=64)),
                ('result', models.CharField(blank=True, max_length=200, verbose_name='产出')),
                ('mark', models.CharField(blank=True, max_length=8)),
                ('rule_ids', models.JSONField(default=list)),
                ('is_public', models.BooleanField(default=True)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='lifecycle.workflowtemplate')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('template', 'number'), name='workflow_step_number_once'), models.UniqueConstraint(fields=('template', 'code'), name='workflow_step_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='案卷编号')),
                ('title', models.CharField(max_length=200, verbose_name='名称')),
                ('regime', models.CharField(max_length=32)),
                ('subject', models.CharField(blank=True, max_length=120)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('rule_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='rules.ruleset')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='lifecycle.workflowtemplate')),
            ],
            options={
                'verbose_name': '案卷',
                'ordering': ['-opened_at'],
            },
        ),
        migrations.CreateModel(
            name='CaseStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', '未开始'), ('open', '进行中'), ('done', '已完成'), ('skipped', '不适用')], default='waiting', max_length=10)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('due_note', models.CharField(blank=True, max_length=200)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_for', models.DateField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='lifecycle.case')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lifecycle.workflowstep')),
            ],
            options={
                'ordering': ['step__number'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['due_on'], name='case_step_open_due')],
                'constraints': [models.UniqueConstraint(fields=('case', 'step'), name='case_step_once')],
            },
        ),
        migrations.CreateModel(
            name='CaseParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('office', '主办单位'), ('purchaser', '购买主体'), ('applicant', '承接主体'), ('hub', '主责单位'), ('support', '支持性社会组织'), ('finance', '财政部门'), ('treasury', '支付机构'), ('civil', '民政部门'), ('evaluator', '第三方评估机构'), ('audit_firm', '审计机构'), ('agent', '采购代理机构')], max_length=32)),
                ('organization_id', models.UUIDField(db_index=True)),
                ('name', models.CharField(max_length=200)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='lifecycle.case')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'part'), name='case_party_one_per_part')],
            },
        ),
        procurement.guarded.GuardedModel(
            name='TransitionRecord',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('lifecycle', models.CharField(max_length=40)),
                ('transition', models.CharField(max_length=80)),
                ('object_id', models.UUIDField()),
                ('from_state', models.CharField(max_length=40)),
                ('to_state', models.CharField(max_length=40)),
                ('role', models.CharField(blank=True, choices=[('PU_DEM', '需求编制人'), ('PU_REV', '内部审核人'), ('PU_BUY', '采购经办人'), ('PU_CHK', '文件复核人'), ('PU_SIGN', '合同签署人'), ('PU_ACC', '验收人'), ('PU_PAY', '付款申请人'), ('PU_FIN', '购买方财务审批人'), ('FIN', '财政部门'), ('FIN_SUP', '财政监督'), ('TREAS', '国库支付'), ('CIV', '民政部门'), ('LGO', '领导小组办公室'), ('LG', '领导小组成员'), ('RU', '主责单位'), ('AGT', '采购代理机构'), ('EXP', '评审专家'), ('ORG', '社会组织经办人'), ('ORG_H', '社会组织负责人'), ('UNI', '社会组织联合会'), ('SUP', '支持性社会组织'), ('TPE', '第三方评估机构'), ('AUD', '审计'), ('DIS', '纪检监察'), ('REC', '服务对象'), ('PUB', '公众'), ('SYS', '系统管理员')], max_length=16)),
                ('organization_id', models.UUIDField(blank=True, null=True)),
                ('organization_name', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('warnings', models.JSONField(default=list)),
                ('justification', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict)),
                ('step', models.CharField(blank=True, max_length=64)),
                ('request_id', models.UUIDField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='clock_timestamp', output_field=models.DateTimeField()), editable=False)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='lifecycle.case')),
            ],
            options={
                'ordering': ['at', 'recorded_at'],
                'indexes': [models.Index(fields=['lifecycle', 'object_id', 'at'], name='transition_of_object'), models.Index(fields=['case', 'at'], name='transition_of_case')],
                'constraints': [models.UniqueConstraint(fields=('object_id', 'transition', 'actor', 'request_id'), name='transition_once_per_click')],
                'triggers': [pgtrigger.compiler.Trigger(name='record_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3179c92de28c666a3073ca1633e922efa8f63809', operation='UPDATE OR DELETE', pgid='pgtrigger_record_is_kept_9d3ff', table='lifecycle_transitionrecord', when='BEFORE'))],
            },
        ),
    ]
