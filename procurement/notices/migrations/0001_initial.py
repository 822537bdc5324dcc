import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import procurement.guarded
import procurement.notices.payload
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Outbox',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=200, verbose_name='投递键')),
                ('channel', models.CharField(choices=[('inbox', '站内信'), ('email', '电子邮件')], max_length=8, verbose_name='渠道')),
                ('template', models.CharField(max_length=100, verbose_name='模板')),
                ('case_id', models.UUIDField(blank=True, null=True, verbose_name='案卷')),
                ('url', models.CharField(blank=True, max_length=500, verbose_name='链接')),
                ('context', models.JSONField(decoder=procurement.notices.payload.PayloadDecoder, default=dict, encoder=procurement.notices.payload.PayloadEncoder, verbose_name='内容参数')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='发生时间')),
                ('available_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='可发送时间')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                ('state', models.CharField(choices=[('pending', '待发送'), ('delivered', '已送达'), ('failed', '未送达')], default='pending', max_length=10, verbose_name='状态')),
                ('last_error', models.CharField(blank=True, max_length=500, verbose_name='最近一次错误')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='收件人')),
            ],
            options={
                'verbose_name': '待发通知',
                'verbose_name_plural': '待发通知',
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['available_at', 'created_at'], name='outbox_pending'), models.Index(condition=models.Q(('state', 'failed')), fields=['created_at'], name='outbox_failed')],
                'constraints': [models.UniqueConstraint(fields=('key', 'recipient', 'channel'), name='outbox_one_delivery_per_key', violation_error_message='同一事项对同一收件人同一渠道只通知一次。'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'delivered', 'failed'])), name='outbox_state_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['inbox', 'email'])), name='outbox_channel_known')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=100, verbose_name='类别')),
                ('subject', models.CharField(max_length=200, verbose_name='对象')),
                ('case_id', models.UUIDField(blank=True, null=True, verbose_name='案卷')),
                ('due_at', models.DateTimeField(verbose_name='到期时间')),
                ('template', models.CharField(max_length=100, verbose_name='模板')),
                ('url', models.CharField(blank=True, max_length=500, verbose_name='链接')),
                ('context', models.JSONField(decoder=procurement.notices.payload.PayloadDecoder, default=dict, encoder=procurement.notices.payload.PayloadEncoder, verbose_name='内容参数')),
                ('recipients', models.JSONField(default=list, verbose_name='提醒对象')),
                ('state', models.CharField(choices=[('waiting', '待提醒'), ('done', '已提醒'), ('cancelled', '已取消')], default='waiting', max_length=10, verbose_name='状态')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
            ],
            options={
                'verbose_name': '到期提醒',
                'verbose_name_plural': '到期提醒',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='reminder_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('kind', 'subject'), name='reminder_one_waiting_per_subject', violation_error_message='同一对象同一类别只能有一个待提醒事项。'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'waiting')), models.Q(('settled_at__isnull', False), ('state__in', ['done', 'cancelled'])), _connector='OR'), name='reminder_settled_when_not_waiting')],
            },
        ),
        migrations.CreateModel(
            name='SweepRun',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('job', models.CharField(max_length=100, verbose_name='任务')),
                ('period', models.DateTimeField(verbose_name='时段')),
                ('ran_at', models.DateTimeField(verbose_name='执行时间')),
            ],
            options={
                'verbose_name': '定时执行记录',
                'verbose_name_plural': '定时执行记录',
                'constraints': [models.UniqueConstraint(fields=('job', 'period'), name='sweep_once_per_period')],
            },
        ),
        procurement.guarded.GuardedModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('case_id', models.UUIDField(blank=True, null=True, verbose_name='案卷')),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('body', models.TextField(blank=True, verbose_name='正文')),
                ('url', models.CharField(blank=True, max_length=500, verbose_name='链接')),
                ('created_at', models.DateTimeField(verbose_name='发生时间')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='阅读时间')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='收件人')),
                ('outbox', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='message', to='notices.outbox', verbose_name='通知')),
            ],
            options={
                'verbose_name': '站内信',
                'verbose_name_plural': '站内信',
                'indexes': [models.Index(fields=['recipient', '-created_at', '-id'], name='message_by_recipient'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['recipient', '-created_at', '-id'], name='message_unread')],
                'triggers': [pgtrigger.compiler.Trigger(name='message_words_stand', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."outbox_id" IS DISTINCT FROM (NEW."outbox_id") OR OLD."recipient_id" IS DISTINCT FROM (NEW."recipient_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."url" IS DISTINCT FROM (NEW."url") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='86e5ea34cc564707688d67c4dd294f9847a1f993', operation='UPDATE', pgid='pgtrigger_message_words_stand_dfd0e', table='notices_message', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('inbox', '站内信'), ('email', '电子邮件')], default='email', max_length=8, verbose_name='渠道')),
                ('address', models.EmailField(max_length=254, verbose_name='地址')),
                ('message_id', models.CharField(max_length=200, verbose_name='邮件标识')),
                ('first_tried_at', models.DateTimeField(verbose_name='首次发送时间')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送出时间')),
                ('outbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notices.outbox', verbose_name='待发通知')),
            ],
            options={
                'verbose_name': '投递记录',
                'verbose_name_plural': '投递记录',
                'constraints': [models.UniqueConstraint(fields=('outbox', 'channel'), name='delivery_once_per_channel'), models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('sent_at__gte', models.F('first_tried_at')), _connector='OR'), name='delivery_sent_after_tried')],
            },
        ),
    ]
